"""What keeps a page, as it stands, from being open to everybody.

faults_of       WCAG 2.2 AA, a narrow screen, and links that can be hit
axe_violations  what axe finds of it
"""

from playwright.sync_api import Page

WCAG_2_2_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW = {"width": 320, "height": 640}
EXAMINED = """options => {
    if (!window.axe) bringAxe();
    return axe.run(options).then(found => found.violations);
}"""
# What in a table can be pressed and is lower or narrower than 24 pixels (WCAG 2.5.8).
SMALL_TARGETS = """[...document.querySelectorAll("table, [role=table]")]
    .flatMap(table => [...table.querySelectorAll("a, button")])
    .filter(target => target.checkVisibility({visibilityProperty: true}))
    .filter(target => {
        const box = target.getBoundingClientRect();
        return box.width && box.height && Math.min(box.width, box.height) < 24;
    })
    .map(target => `small target: ${target.innerText}`)"""
TOO_WIDE = """document.documentElement.scrollWidth > document.documentElement.clientWidth
    ? ["wider than a narrow screen"] : []"""


def faults_of(page: Page) -> list[str]:
    page.wait_for_load_state()  # its scripts make tables narrow
    wide = page.viewport_size
    faults = axe_violations(page) + page.evaluate(SMALL_TARGETS)
    page.set_viewport_size(NARROW)
    faults += page.evaluate(f"[...{SMALL_TARGETS}, ...({TOO_WIDE})]")
    page.set_viewport_size(wide)
    return faults


def axe_violations(page: Page) -> list[str]:
    """Rule, then the elements."""
    tags = {"type": "tag", "values": WCAG_2_2_AA}
    # What passed would be described and carried over too, at twice the cost; and each style sheet
    # would be fetched and parsed once more, for a rule that is none of these.
    options = {"runOnly": tags, "resultTypes": ["violations"], "preload": {"assets": ["media"]}}
    found = page.evaluate(EXAMINED, options)
    return [f"{rule['id']}: {[node['html'] for node in rule['nodes']]}" for rule in found]
