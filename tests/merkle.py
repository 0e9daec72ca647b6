"""How RFC 9162 lets anybody check proofs: written from its text, with nothing of the portal's."""

import hashlib


def node(left, right):
    return hashlib.sha256(b"\x01" + left + right).digest()


def root_of(hashes):
    """MTH of §2.1.1, by its definition; `hashes` are those of the leaves."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return node(root_of(hashes[:split]), root_of(hashes[split:]))


def root_by_inclusion(leaf, index, size, path):
    """§2.1.3.2; None where the path has the wrong length."""
    if index >= size:
        return None
    fn, sn, told = index, size - 1, leaf
    for each in path:
        if sn == 0:
            return None
        if fn & 1 or fn == sn:
            told = node(each, told)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            told = node(told, each)
        fn, sn = fn >> 1, sn >> 1
    return told if sn == 0 else None


def is_consistent(earlier, size, root, later_root, path):
    """§2.1.4.2."""
    if earlier == size:
        return not path and root == later_root
    path = [root, *path] if earlier & (earlier - 1) == 0 else list(path)
    if not path:
        return False
    fn, sn = earlier - 1, size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for each in path[1:]:
        if sn == 0:
            return False
        if fn & 1 or fn == sn:
            fr, sr = node(each, fr), node(each, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node(sr, each)
        fn, sn = fn >> 1, sn >> 1
    return fr == root and sr == later_root and sn == 0
