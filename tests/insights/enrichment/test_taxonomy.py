"""A tree is right or says all that is wrong with it; edits give another tree; a table goes there and back."""

import pytest

from insights.enrichment.taxonomy import READY, Node, WrongTaxonomy, checked, from_csv, heir_of, path_of, to_csv
from insights.enrichment.taxonomy_edits import add, change, merge, move, replace_all, restore, retire, split

TREE = checked(
    (
        Node("money", "Money"),
        Node("bills", "Bills", parent="money", examples=("My bill is wrong",)),
        Node("paying", "Paying", parent="money"),
        Node("app", "App"),
    )
)


def problems(call, *given, **more):
    with pytest.raises(WrongTaxonomy) as refused:
        call(*given, **more)
    return " ".join(refused.value.problems)


def test_the_ready_tree_has_three_levels_and_eight_examples_for_each_topic():
    tree = from_csv(READY.read_text(encoding="utf-8"))
    nodes = {node.key: node for node in tree}
    leaves = [node for node in tree if node.key not in {other.parent for other in tree}]
    assert len(leaves) == 66
    assert {len(path_of(node.key, nodes)) for node in leaves} == {3}
    assert min(len(node.examples) for node in leaves) >= 8
    assert all(node.description and node.owner_department and node.journey_stage for node in tree)
    said = [example for node in tree for example in node.examples]
    assert len(set(said)) == len(said)


def test_a_tree_survives_the_way_through_a_table():
    assert from_csv(to_csv(TREE)) == TREE


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("a,A,b\nb,B,a", "'a' is above itself"),
        ("a,A,\na,B,", "The key 'a' stands 2 times"),
        ("a,Same,\nb,same ,", "The name 'same' stands 2 times"),
        ("a,A,nowhere", "below 'nowhere', which does not exist"),
        ("a,A,\nb,B,a\nc,C,b\nd,D,c", "'d' is on level 4"),
        ("A b,A,", "small letters"),
        ("a,,", "needs a name"),
        ("a,A,,extra", "more cells"),
        ("", "no topics"),
    ],
)
def test_a_table_that_is_wrong_says_where(rows, words):
    assert words in problems(from_csv, f"key,name,parent\n{rows}")


def test_a_table_names_the_columns_it_lacks_and_those_nobody_knows():
    assert "no column 'name'" in problems(from_csv, "key\na")
    assert "no column 'colour'" in problems(from_csv, "key,name,colour\na,A,red")
    assert "threshold" in problems(from_csv, "key,name,threshold\na,A,high")
    assert "is_active" in problems(from_csv, "key,name,is_active\na,A,perhaps")


def test_a_new_topic_gets_an_identity_that_its_key_decides():
    tree, words = add(TREE, key="shop", name="Shop", examples=["The shop was closed"])
    assert words == "Added 'Shop'."
    assert tree == add(TREE, key="shop", name="Shop", examples=["The shop was closed"])[0]
    assert next(node.id for node in tree if node.key == "shop")


def test_renaming_and_moving_keep_the_identity():
    tree, words = change(TREE, key="bills", name="The bill")
    moved, _ = move(tree, key="bills", parent="app")
    old, new = (next(node for node in one if node.key == "bills") for one in (TREE, moved))
    assert words == "Renamed 'Bills' to 'The bill'."
    assert (new.id, new.name, new.parent) == (old.id, "The bill", "app")


def test_a_merged_topic_is_shown_as_its_heir_also_over_two_merges():
    tree, _ = merge(TREE, key="bills", into="paying")
    tree, _ = merge(tree, key="paying", into="app")
    bills = next(node for node in tree if node.key == "bills")
    assert not bills.is_active
    assert heir_of(bills, tree).key == "app"
    assert bills.examples == ("My bill is wrong",)


def test_a_retired_topic_has_no_heir_and_can_be_restored():
    tree, _ = retire(TREE, key="bills")
    assert heir_of(next(node for node in tree if node.key == "bills"), tree) is None
    assert restore(tree, key="bills")[0] == TREE


def test_a_split_asks_for_examples_and_puts_the_parts_in_the_place():
    parts = [
        {"key": name, "name": name, "examples": [f"{name} {number}" for number in range(3)]} for name in ("x", "y")
    ]
    tree, _ = split(TREE, key="bills", parts=parts)
    assert {node.key for node in tree if node.parent == "money" and node.is_active} == {"paying", "x", "y"}
    assert "at least 3 examples" in problems(split, TREE, key="bills", parts=[parts[0], {"key": "z", "name": "Z"}])
    assert "at least two" in problems(split, TREE, key="bills", parts=parts[:1])


def test_what_has_topics_below_it_is_neither_merged_nor_retired():
    assert "Move them first" in problems(merge, TREE, key="money", into="app")
    assert "Move them first" in problems(retire, TREE, key="money")


def test_a_loaded_table_retires_what_it_does_not_hold_and_keeps_identities():
    table = checked((Node("app", "The app"), Node("new", "New")))
    tree, words = replace_all(TREE, table=table)
    by_key = {node.key: node for node in tree}
    assert words == "Loaded a table: 1 topics are new, 3 are no longer in it."
    assert by_key["app"].id == next(node.id for node in TREE if node.key == "app")
    assert [by_key[key].is_active for key in ("app", "new", "money", "bills")] == [True, True, False, False]
