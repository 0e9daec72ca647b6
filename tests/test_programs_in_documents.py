"""Whole programs that stand in the documents: their languages read them."""

import subprocess

from playwright._impl._driver import compute_driver_executable

from tests.test_documentation import DOCUMENTS, FENCED


def test_python_and_node_read_what_the_documents_give_them(tmp_path):
    blocks = [block for document in DOCUMENTS for block in FENCED.findall(document.read_text())]
    node, _script = compute_driver_executable()  # the one inside Playwright's package
    for block in blocks:
        kind, _, program = block.removeprefix("```").removesuffix("```").partition("\n")
        if kind == "python":
            compile(program, "a document's block", "exec")
        if kind == "js":
            written = tmp_path / "block.mjs"
            written.write_text(program)
            subprocess.run([node, "--check", written], check=True)

    assert {"```python", "```js"} <= {block.splitlines()[0] for block in blocks}
