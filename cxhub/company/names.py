"""Made-up people and numbers that belong to nobody: names, telephone numbers reserved for fiction, test accounts."""

FIRST_NAMES = (
    "Anna Ben Clara David Elena Felix Greta Hannah Ivan Jana Karim Lena Marco Nadia Oliver Paula Quirin Rosa Samuel Tara "
    "Uwe Vera Walter Yara Zoe Amir Bianca Carlos Dilara Emil Frieda Georg Helena Ines Jonas Katrin Leon Mira Noah Olga "
    "Peter Ruth Stefan Theresa Ute Victor Wanda Yusuf Aisha Bruno Chloe Daniel Ella Frank Gloria Hugo Irina Jakob Klara "
    "Lukas Maria Nico Petra Ralf Sophie Thomas Ursula Viola Werner Agnes Boris Conrad Doris Eva Fabian Gina Heike Isabel "
    "Julia Kurt Laura Milan Nora Oskar Pia Robert Sarah Tim Valerie Xenia Anton Birgit Dennis Erik Fatima Grace James Kevin "
    "Linda Martin"
).split()
LAST_NAMES = (
    "Adler Albrecht Arslan Bachmann Baker Bauer Becker Berger Bianchi Brandt Braun Brooks Busch Carter Costa Demir Dietrich "
    "Duval Ebert Engel Evans Fischer Foster Franke Fuchs Garcia Geiger Graf Hahn Hansen Hartmann Hayes Heinz Hoffmann Horn "
    "Hughes Jansen Jensen Kaya Keller Klein Koch Kowalski Kraus Kuhn Lang Larsen Lehmann Lopez Lorenz Maier Marino Martens "
    "Meyer Moreau Morgan Murphy Neumann Novak Olsen Otto Parker Peters Pfeiffer Pohl Reed Richter Ritter Romano Roth Sauer "
    "Schmitt Scholz Schubert Schulz Seidel Silva Simon Sommer Stein Sturm Thomas Turner Vogel Vogt Wagner Walker Ward Weber "
    "Weiss Werner Wilson Winkler Winter Wolf Wood Yilmaz Zeller Ziegler Zimmer"
).split()
AGENT_NAMES = (
    "Marta Lindner|Tobias Kern|Sina Falk|Jonas Petry|Aylin Sezer|Piotr Zielak|Carla Benz|Malte Voss|Nele Harms|Rico Lange|"
    "Dana Ostrow|Henning Stolz|Ivana Peric|Mehmet Aksu|Lotte Dorn|Falk Reimer|Sofia Bruhn|Ole Matthes|Gesa Wulf|Timo Rabe|"
    "Nina Okafor|Jan Sievers|Elif Tasci|Bernd Hauke|Mia Tessmer|Karol Wrona|Svenja Ahrens|Luca Ferri|Thea Brinck|Omar Haddad|"
    "Kira Jost|Paul Ewert|Yvonne Radtke|Denis Kulik|Merle Boysen|Hakan Ozdemir|Ida Krohn|Jens Lauer|Rieke Thoms|Samir Nasser|"
    "Vicky Grube|Arne Pauls|Leyla Cetin|Holger Wrede|Finja Rohde|Anton Merz|Tessa Quandt|Bjarne Holm|Selma Idris|Gero Plath|"
    "Ronja Eggers|Kai Drews|Amelie Storch|Nils Bracht"
).split("|")
CITIES = (
    "Berlin|Hamburg|Munich|Cologne|Frankfurt|Leipzig|Dresden|Augsburg|Nuremberg|Bonn|Essen|Kassel|Potsdam|Regensburg|"
    "Bremen|Duesseldorf|Wuerzburg|Mainz|Chemnitz|Darmstadt"
).split("|")
STREETS = "Lindenweg|Gartenstrasse|Am Markt|Bergstrasse|Schulweg|Hafenstrasse|Ahornallee|Ringstrasse".split("|")

_FICTION = (  # the regulator keeps these blocks of a thousand numbers free for films and books
    "+493023125{:03d}",
    "+496990009{:03d}",
    "+494066969{:03d}",
    "+492214710{:03d}",
    "+498999998{:03d}",
)
TEST_IBANS = ("DE89370400440532013000", "GB82WEST12345698765432", "FR1420041010050500013M02606")
TEST_CARDS = ("4111 1111 1111 1111", "5555 5555 5555 4444")


def telephone(number: int) -> str:
    """Return the telephone number reserved for fiction with this number, or "" when they are used up."""
    block, within = divmod(number, 1000)
    return _FICTION[block].format(within) if block < len(_FICTION) else ""


def spoken_telephone(number: int) -> str:
    """Return a telephone number the way people write it."""
    plain = telephone(number % 5000)
    local = "0" + plain[3:]
    return (plain, f"{local[:3]} {local[3:]}", f"{local[:3]}/{local[3:8]} {local[8:]}")[number % 3]
