"""The audit trail's Merkle tree, against what Certificate Transparency published about it."""

import hashlib

import pytest

from tests.merkle import is_consistent, node, root_by_inclusion, root_of
from wardkey.audit import tree

pytestmark = pytest.mark.looks_only

# The leaves and roots with which Certificate Transparency's own implementations are tested.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
UP_TO = 70
HASHES = [tree.leaf_hash(b"%d" % number) for number in range(UP_TO)]


def subtree(level, number):
    return root_of(HASHES[number << level : (number + 1) << level])


def test_the_roots_are_those_of_certificate_transparency():
    hashes = [tree.leaf_hash(leaf) for leaf in LEAVES]
    for size, expected in enumerate(ROOTS):
        told = tree.root(size, lambda level, n: root_of(hashes[n << level : (n + 1) << level]))
        assert told.hex() == expected


def test_the_proofs_are_those_of_the_rfcs_example():
    """RFC 9162 §2.1.5: seven leaves d0 to d6, with the nodes that it names a to l."""
    a, b, c, d, e, f, j = HASHES[:7]
    g, h, i = node(a, b), node(c, d), node(e, f)
    k, l = node(g, h), node(i, j)  # noqa: E741  the RFC's names
    assert tree.root(7, subtree) == node(k, l)
    inclusion = {0: [b, h, l], 3: [c, g, l], 4: [f, j, k], 6: [i, k]}
    assert {leaf: tree.inclusion_proof(leaf, 7, subtree) for leaf in inclusion} == inclusion
    consistency = {3: [c, d, g, l], 4: [l], 6: [i, j, k]}
    assert {size: tree.consistency_proof(size, 7, subtree) for size in consistency} == consistency


def test_each_leaf_of_each_tree_is_proved_and_no_other():
    for size in range(1, UP_TO + 1):
        root = root_of(HASHES[:size])
        assert tree.root(size, subtree) == root
        for leaf in range(size):
            path = tree.inclusion_proof(leaf, size, subtree)
            assert root_by_inclusion(HASHES[leaf], leaf, size, path) == root
            assert root_by_inclusion(HASHES[leaf], leaf ^ 1, size, path) != root
            assert root_by_inclusion(tree.leaf_hash(b"other"), leaf, size, path) != root


def test_each_tree_is_proved_to_begin_with_each_earlier_one():
    roots = [root_of(HASHES[:size]) for size in range(UP_TO + 1)]
    for size in range(1, UP_TO + 1):
        for earlier in range(1, size + 1):
            path = tree.consistency_proof(earlier, size, subtree)
            assert is_consistent(earlier, size, roots[earlier], roots[size], path)
            false_root = hashlib.sha256(roots[earlier]).digest()
            assert not is_consistent(earlier, size, false_root, roots[size], path)


def test_leaves_and_what_is_beside_them_cover_a_tree_once_and_hide_no_leaf_of_theirs():
    for size in range(1, UP_TO + 1):
        for step in (1, 2, 3, 7, size):
            leaves = range(step - 1, size, step)
            covered = [*leaves]
            for level, number in tree.beside(leaves, size):
                covered += range(number << level, (number + 1) << level)
            assert sorted(covered) == list(range(size))
    one = [subtree(*each) for each in tree.beside([4], 7)]
    assert sorted(one) == sorted([subtree(2, 0), HASHES[5], HASHES[6]])
