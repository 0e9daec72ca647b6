"""Where a person stands between joining and leaving, and the acts that change it.

Each act is one page: what will happen, and one button.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from ..base.forms import form_of
from ..lifecycle import joining, leaving, queries, suspension, visiting
from ..people.access import person_administered_by
from ..people.administrators import Act
from .gate import View, administrator_page
from .notices import say_success


@administrator_page(Act.SEE_KEYS)
@require_safe
def standing(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
    holder = person_administered_by(request.asker, holder_id, Act.SEE_KEYS)
    context = {
        "holder": holder,
        "is_own": holder.pk == request.asker.person.pk,
        "invitation": queries.invitation_to(holder),
        "visits": visiting.visits_of(holder),
        "last_day_of": visiting.last_day_of,
        "may_be_restored": leaving.may_be_restored(holder),
        "may": request.asker.may,
        "Act": Act,
    }
    return render(request, "lifecycle/standing.jinja", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed:
    """An act with its words; each but the button's has a place for `{name}`. `look` is the
    button's: empty, or `warning` for what cannot be undone for long."""

    act: Act
    flow: Callable[..., object]
    question: object
    explained: object
    button: object
    done: object
    look: str = ""


def confirmed(deed: Confirmed) -> View:
    @administrator_page(deed.act)
    @require_http_methods(["GET", "POST"])
    def page(request: HttpRequest, *, holder_id: uuid.UUID) -> HttpResponse:
        holder = person_administered_by(request.asker, holder_id, deed.act)
        if request.method == "GET":
            context = {
                "holder": holder,
                "question": str(deed.question).format(name=holder.name),
                "explained": str(deed.explained).format(name=holder.name),
                "button": deed.button,
                "look": deed.look,
            }
            return render(request, "lifecycle/confirm.jinja", context)
        form_of(request)
        deed.flow(asker=request.asker, person=holder)
        say_success(request, str(deed.done).format(name=holder.name))
        return redirect("standing", holder_id=holder.pk)

    return page


withdraw_invitation = confirmed(
    Confirmed(
        act=Act.ADD_PEOPLE,
        flow=joining.withdraw_invitation,
        question=_("Withdraw the invitation of {name}?"),
        explained=_("The link or slip is then worth nothing. You can invite {name} anew."),
        button=_("Withdraw"),
        done=_("The invitation of {name} was withdrawn."),
    )
)
suspend = confirmed(
    Confirmed(
        act=Act.SUSPEND_PEOPLE,
        flow=suspension.suspend,
        question=_("Suspend {name}?"),
        explained=_(
            "{name} is logged out at once, everywhere, and cannot log in until somebody resumes "
            "the account. Access passes and invitations end. Tokens and roles are kept, and are "
            "of no use meanwhile."
        ),
        button=_("Suspend"),
        done=_("{name} was suspended."),
    )
)
resume = confirmed(
    Confirmed(
        act=Act.SUSPEND_PEOPLE,
        flow=suspension.resume,
        question=_("Resume {name}?"),
        explained=_(
            "{name} can log in again, with the password, the tokens and the roles from before. "
            "Access passes and invitations that ended do not come back."
        ),
        button=_("Resume"),
        done=_("{name} can log in again."),
    )
)
take_back_mark = confirmed(
    Confirmed(
        act=Act.LET_PEOPLE_GO,
        flow=leaving.take_back_mark,
        question=_("{name} stays after all?"),
        explained=_(
            "The leaver mark is taken back, and the account stays open. Roles that ended do not "
            "come back; what was decided about the tokens is forgotten."
        ),
        button=_("Take back the mark"),
        done=_("{name} is no leaver any more."),
    )
)
close = confirmed(
    Confirmed(
        act=Act.LET_PEOPLE_GO,
        flow=leaving.close,
        question=_("Close the account of {name} now?"),
        explained=_(
            "{name} is logged out at once, everywhere, and cannot log in any more. Roles end, and "
            "tokens are out of use. The account can be restored for 30 days, and never after; the "
            "user name is never given to somebody else."
        ),
        button=_("Close now"),
        done=_("The account of {name} was closed."),
        look="warning",
    )
)
restore = confirmed(
    Confirmed(
        act=Act.LET_PEOPLE_GO,
        flow=leaving.restore,
        question=_("Restore the account of {name}?"),
        explained=_(
            "{name} can log in again. Roles do not come back. Each token stays suspended until an "
            "administrator has seen it in the hands of {name} and resumes it."
        ),
        button=_("Restore"),
        done=_("The account of {name} was restored."),
    )
)
