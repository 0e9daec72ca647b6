"""What macros of the design system made of the same words is made once in each process.

They are functions of their arguments alone, and without this half of what a page costs. Kept are
those whose arguments are the portal's own words and addresses, in each language; nothing into which
something typed, or a block of the page, was put.
"""

from collections.abc import Callable, Hashable

from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup

KEPT = {
    "button": "button",
    "card": "card",
    "input": "input",
    "notification-banner": "notificationBanner",
    "password-input": "passwordInput",
    "skip-link": "skipLink",
}
TYPED = ("value", "errorMessage")
WORDS = (str, Markup, bool, int, type(None))
AT_MOST = 300  # of each macro, some hundred bytes each; then all of it is forgotten


def keep(environment: Environment) -> None:
    """For as long as the environment has these templates."""
    for component, name in KEPT.items():
        module = environment.get_template(f"nhsuk/components/{component}/macro.jinja").module
        setattr(module, name, _kept(getattr(module, name)))


def _kept(macro: Macro) -> Callable[..., str]:
    made: dict[Hashable, str] = {}

    def once(params: dict, **block: Macro) -> str:
        if block or any(params.get(each) for each in TYPED):
            return macro(params, **block)
        try:
            words = _frozen(params)
        except TypeError:
            return macro(params)
        rendered = made.get(words)
        if rendered is None:
            if len(made) >= AT_MOST:
                made.clear()
            rendered = made[words] = macro(params)
        return rendered

    return once


def _frozen(argument: object) -> Hashable:
    """Equal only where the same is rendered: Markup is not escaped, and True is not 1.
    Raises TypeError for what is neither words nor made of them."""
    if isinstance(argument, dict):
        return tuple((name, _frozen(each)) for name, each in argument.items())
    if isinstance(argument, list):
        return tuple(map(_frozen, argument))
    if type(argument) not in WORDS:
        raise TypeError(argument)
    return type(argument), argument
