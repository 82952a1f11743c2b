"""Each page as data: what a view asks for and a template shows. No board computes a number of its own."""
