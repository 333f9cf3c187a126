"""Joining a case, the keys of one's devices, and attesting those of others."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bankruptcy.cases.context import case_page
from bankruptcy.cases.reading import Reader
from bankruptcy.kinds import records
from bankruptcy.people import factors, keys, membership, safety, signed
from bankruptcy.people.access import STAFF, Access, case_view, to_log_in
from bankruptcy.people.bodies import answer, is_json, read_json
from bankruptcy.people.models import KeyRequest, Person
from ledger.log.encoding import b64u, format_instant
from ledger.log.jcs import Json
from ledger.log.statement import Role


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, case: str) -> HttpResponse:
    """Become a person of an opened case: a creditor-to-be, until one files a claim."""
    if not request.user.is_authenticated:
        return to_log_in(request)
    file = membership.open_case(case)
    joined = Person.objects.filter(case=case, user=request.user).first()
    if request.method == "POST":
        joined = membership.join(request.user, case)
        if is_json(request):
            return answer({"person": joined.pseudonym})
        return HttpResponseRedirect(f"/c/{case}/")
    if joined is not None:
        return HttpResponseRedirect(f"/c/{case}/")
    return render(request, "people/join.html", {"card": membership.card(file)})


@require_POST
@case_view()
def ask(request: HttpRequest, access: Access) -> HttpResponse:
    """{suite, public_key, possession} -> {key, state, level}; a passkey's with {credential}."""
    return answer(keys.ask(access, read_json(request)).to_json(), 201)


@require_GET
@case_view()
def look(request: HttpRequest, access: Access, key: str) -> HttpResponse:
    """{key, state, level} of one's own key."""
    device = keys.of(access, key)
    if device is None:
        raise Http404
    keys.note_use(access, key)
    return answer(device.to_json())


@require_GET
@case_view()
def passkeys(request: HttpRequest, access: Access) -> HttpResponse:
    """What a page needs to make a passkey, and to have one's own sign."""
    found = [device for device in keys.devices(access) if device.passkey]
    return answer(
        {
            "rp_id": access.file.rp_id,
            "user": b64u(keys.user_handle(access)),
            "name": access.person.display_name,
            "passkeys": [device.passkey_json() for device in found],
        }
    )


@require_GET
@case_view(*STAFF)
def pending(request: HttpRequest, access: Access) -> HttpResponse:
    """What waits for attestation, the oldest first."""
    waiting = keys.pending(access.case, access.view)
    return answer([_request(access, row) for row in waiting])


@require_POST
@case_view(*STAFF)
def refuse(request: HttpRequest, access: Access, key: str) -> HttpResponse:
    """The key is not attested. It can be asked for no more; the browser makes another."""
    if not keys.refuse(access.case, key):
        raise Http404
    return answer({"key": key, "state": keys.State.REFUSED.value, "level": None})


@require_GET
@case_view()
def mine(request: HttpRequest, access: Access) -> HttpResponse:
    """My devices."""
    found = keys.devices(access)
    enrolled = {key.key: key for key in access.view.find(records.KEYS, holder=access.pseudonym)}
    content = {
        "devices": [device for device in found if not device.passkey],
        "passkeys": [device for device in found if device.passkey],
        "unconfirmed": {
            key.key for key in enrolled.values() if safety.needs_confirming(access, key)
        },
        "second_step": factors.needed(access.user),
        "cast": signed.with_frozen_keys(access),
    }
    return case_page(request, access, "people/devices.html", content)


@require_GET
@case_view(*STAFF)
def queue(request: HttpRequest, access: Access) -> HttpResponse:
    """Keys that wait (the script fetches them), and those that stand."""
    names = Reader(access.view).names()
    held = access.view.find(records.KEYS)
    rows = [
        {"key": key, "name": names.get(key.holder)}
        for key in sorted(held, key=lambda key: key.enrolled, reverse=True)
    ]
    members = membership.people(access.case, access.view)
    others = [member for member in members if member.person != access.pseudonym]
    return case_page(request, access, "people/keys.html", {"enrolled": rows, "people": others})


@require_GET
@case_view(Role.COURT)
def roles(request: HttpRequest, access: Access) -> HttpResponse:
    """Who joined, and the roles they hold; the judge appoints and ends."""
    members = membership.people(access.case, access.view)
    content = {
        "people": members,
        "appointable": [role for role in Role if role not in (Role.CLERK, Role.CREDITOR)],
        "grants": [
            {"person": member.person, "name": member.name, "role": role}
            for member in members
            for role in member.roles
            if role is not Role.CREDITOR and member.person != access.pseudonym
        ],
        "done": request.GET.get("done", ""),
    }
    return case_page(request, access, "people/roles.html", content)


@require_GET
@case_view(*STAFF)
def people(request: HttpRequest, access: Access) -> HttpResponse:
    """[{person, name, roles, keys}] of all who joined."""
    rows: list[Json] = [
        {
            "person": row.person,
            "name": row.name,
            "roles": [role.value for role in row.roles],
            "keys": row.keys,
        }
        for row in membership.people(access.case, access.view)
    ]
    return answer(rows)


def _request(access: Access, row: KeyRequest) -> dict[str, Json]:
    person = row.person.pseudonym
    return {
        "key": row.key,
        "person": person,
        "name": row.person.display_name,
        "roles": [role.value for role in membership.roles_of(access.view, person)],
        "enrolled": len(access.view.find(records.KEYS, holder=person)),
        "suite": row.suite,
        "public_key": b64u(bytes(row.public_key)),
        "possession": b64u(bytes(row.possession)),
        "asked": format_instant(row.asked),
    }
