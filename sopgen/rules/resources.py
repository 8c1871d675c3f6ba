"""Resource lists: what was needed is confirmed, answers come after questions, and no person is to be found in them."""

from __future__ import annotations

from collections.abc import Iterator

from sopgen.rules.rule import At, Finding, rule
from sopgen.view import View
from sopgen.words.diagnostics import N_, Message, Severity
from sopgen.words.privacy import is_personal
from sopgen.words.text import Text


@rule(Severity.ERROR, N_("`{id}` is answered before it was asked for"), N_("correct one of the two days"))
def resource_out_of_order(view: View) -> Iterator[Finding]:
    """A resource is asked for first, then confirmed or declined.

    Bad:
        # plans/2024-06/resources.yaml
        owner: shop-manager
        written: 2024-05-20
        internal: [{id: packing, department: operations, contact: shop-manager, what: A second packer, needed: 2024-06-10,
          asked: 2024-05-20, confirmed: 2024-05-19}]

    Good:
        # plans/2024-06/resources.yaml
        owner: shop-manager
        written: 2024-05-20
        internal: [{id: packing, department: operations, contact: shop-manager, what: A second packer, needed: 2024-06-10,
          asked: 2024-05-20, confirmed: 2024-05-21}]
    """
    for listed in view.model.resources.values():
        for pointer, each in listed.items:
            for key, day in (("confirmed", each.confirmed), ("declined", each.declined)):
                if each.asked and day and day < each.asked:
                    related = ((At(listed, (*pointer, "asked")), Message(N_("asked for here"))),)
                    yield Finding(At(listed, (*pointer, key)), {"id": each.id}, related=related)


@rule(
    Severity.WARNING,
    N_("`{id}` was needed by {needed}, and nobody has confirmed it"),
    N_("write the day under `confirmed`, or under `declined` where it was refused or given up"),
)
def resource_not_confirmed(view: View) -> Iterator[Finding]:
    """A resource is confirmed by the day that it is needed: a promise that nobody gave is one that nobody keeps.

    Bad:
        # plans/2024-06/resources.yaml
        owner: shop-manager
        written: 2024-05-20
        internal: [{id: packing, department: operations, contact: shop-manager, what: A second packer, needed: 2024-06-10,
          asked: 2024-05-20}]

    Good:
        # plans/2024-06/resources.yaml
        owner: shop-manager
        written: 2024-05-20
        internal: [{id: packing, department: operations, contact: shop-manager, what: A second packer, needed: 2024-06-10,
          asked: 2024-05-20, confirmed: 2024-05-21}]
    """
    from sopgen.compute.resources import is_open

    today = view.as_of.date()
    for listed in view.model.resources.values():
        for pointer, each in listed.items:
            if each.needed < today and is_open(each, today):
                yield Finding(At(listed, (*pointer, "needed")), {"id": each.id, "needed": str(each.needed)})


@rule(
    Severity.ERROR,
    N_("this text has a phone number, an identity number or an e-mail address in it"),
    N_("name a role or a desk of the partner: git forgets nothing, and people change"),
)
def personal_contact(view: View) -> Iterator[Finding]:
    """A partner is reached through a role or a desk. What belongs to a single person never enters the workspace.

    Bad:
        # plans/2024-06/resources.yaml
        owner: shop-manager
        written: 2024-05-20
        external: [{id: van, kind: carrier, party: Carrier A, owner: shop-manager, contact: call 13812345678, what: 900 parcels a day,
          terms: One van a day, standard: Picked up by 18:00, settlement: By the month, needed: 2024-06-20}]

    Good:
        # plans/2024-06/resources.yaml
        owner: shop-manager
        written: 2024-05-20
        external: [{id: van, kind: carrier, party: Carrier A, owner: shop-manager, contact: Account manager, what: 900 parcels a day,
          terms: One van a day, standard: Picked up by 18:00, settlement: By the month, needed: 2024-06-20}]
    """
    for listed in view.model.resources.values():
        for pointer, each in listed.items:
            for name in each.__struct_fields__:
                text = getattr(each, name)
                if isinstance(text, Text) and any(map(is_personal, text.versions.values())):
                    yield Finding(At(listed, (*pointer, name)))
