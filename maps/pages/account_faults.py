"""What can be wrong with a form about accounts, by the code of the fault, as sentences for who filled it in."""

from __future__ import annotations

from collections.abc import Iterable

from maps.language import N_

SENTENCES = {
    "wrong_password": N_("The present password is another."),
    "bad_password": N_("A password has 8 to 200 characters."),
    "same_password": N_("The new password must be another than the present one, and not the account's name."),
    "passwords_differ": N_("The two new passwords are not the same."),
    "bad_name": N_("Give the token a name of 1 to 80 characters."),
    "name_taken": N_("There is a token of that name already."),
    "too_many_tokens": N_("There are too many tokens: revoke one first."),
    "bad_days": N_("A token does not last that long."),
    "bad_username": N_("An account's name has 1 to 80 characters without spaces."),
    "username_taken": N_("There is an account of that name already."),
    "unknown_role": N_("Choose a role."),
    "unknown_worker": N_("There is no person with that id."),
    "ambiguous_worker": N_("Several communities have a person with that id: choose the community too."),
    "has_account": N_("That person has an account already."),
    "worker_with_role": N_("Grid workers, commentators, managers and group heads need a person; others have none."),
    "area_with_role": N_("Only officials and planners have areas."),
    "unknown_area": N_("There is no such area."),
    "unknown_community": N_("There is no such community."),
    "last_admin": N_("This is the last administrator: make another one first."),
}
_OTHERWISE = N_("Something is wrong with what was filled in.")


def sentences(codes: Iterable[str]) -> list[str]:
    """The sentences, as message ids, each once."""
    return list(dict.fromkeys(SENTENCES.get(code, _OTHERWISE) for code in codes))
