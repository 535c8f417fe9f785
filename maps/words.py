"""Names of the domain's stored values, as message ids; a value that is not listed is shown as it is.

The Chinese of the stages are the mission's own words, which the product keeps visible.
"""

from __future__ import annotations

from typing import Literal

from maps.language import N_, Words

Kind = Literal[
    "topic",
    "status",
    "source",
    "role",
    "account",
    "method",
    "crs",
    "event",
    "clue",
    "candidate",
    "reason",
    "step",
    "level",
    "way",
    "confirmation",
    "audit",
    "subject",
    "move",
]

NAMES: dict[Kind, dict[str, str]] = {
    "topic": {
        "消防安全": N_("Fire safety"),
        "环境卫生": N_("Sanitation"),
        "矛盾纠纷": N_("Disputes"),
        "社会保障": N_("Social security"),
        "公共设施": N_("Public facilities"),
        "交通停车": N_("Traffic and parking"),
        "噪音扰民": N_("Noise"),
        "房屋安全": N_("Building safety"),
        "便民服务": N_("Services to residents"),
        "": N_("Not recognised"),
    },
    "status": {
        "reported": N_("Reported"),
        "accepted": N_("Accepted by the grid"),
        "at_street": N_("With the street"),
        "at_department": N_("With a department"),
        "resolved": N_("Resolved, not yet closed"),
        "closed": N_("Closed"),
        "withdrawn": N_("Withdrawn"),
        "merged": N_("Merged"),
        "open": N_("Open"),
        "settled": N_("Settled"),
    },
    "source": {
        "wechat_group": N_("WeChat group"),
        "hotline": N_("Hotline"),
        "visit": N_("Home visit"),
        "web": N_("Web form"),
        "open311": N_("Open311"),
        "wechat": N_("WeChat official account"),
        "wecom": N_("WeCom"),
        "import": N_("Import"),
    },
    "role": {
        "grid_worker": N_("Grid worker"),
        "network_commentator": N_("Network commentator"),
        "property_manager": N_("Property manager"),
        "group_head": N_("Residents' group head"),
    },
    "account": {
        "admin": N_("Administrator"),
        "dispatcher": N_("Dispatcher"),
        "official": N_("Official"),
        "planner": N_("Planner"),
        "worker": N_("Worker"),
        "network_commentator": N_("Network commentator"),
        "property_manager": N_("Property manager"),
        "group_head": N_("Residents' group head"),
        "intake": N_("Intake"),
    },
    "method": {
        "building": N_("Building"),
        "coordinate": N_("Coordinates"),
        "address": N_("Address in the text"),
        "group": N_("Online group"),
        "manual": N_("Pinned by hand"),
        "none": N_("Not located"),
    },
    "crs": {
        "wgs84": "WGS84",
        "gcj02": "GCJ-02",
        "bd09": "BD-09",
        "cgcs2000": "CGCS2000",
        "unknown": N_("unknown datum"),
    },
    "clue": {
        "building": N_("Building"),
        "coordinate": N_("Coordinates"),
        "address": N_("Address"),
        "text": N_("Words of the message"),
        "group": N_("Online group"),
        "manual": N_("Pinned by hand"),
    },
    "candidate": {
        "grid": N_("Grid"),
        "building": N_("Building"),
        "place": N_("Known place"),
        "compound": N_("Compound"),
        "road": N_("Road"),
        "group": N_("Online group"),
    },
    "reason": {
        "holder": N_("This worker holds the post of that grid."),
        "stand_in": N_("This worker stands in for the holder of the post."),
        "group_head": N_("No grid worker was on duty, so the group head answers."),
    },
    "step": {
        "accept": N_("Take up"),
        "transfer": N_("Transfer to another grid"),
        "hand_up": N_("Hand up"),
        "hand_back": N_("Hand back"),
        "resolve": N_("Resolve"),
        "close": N_("Close"),
        "reopen": N_("Reopen"),
        "part": N_("Part again"),
        "merge": N_("Merge as a duplicate"),
        "withdraw": N_("Withdraw"),
    },
    "level": {
        "household": N_("Household"),
        "grid": N_("Within the grid"),
        "network": N_("Within the network"),
        "street": N_("Street"),
        "department": N_("Department"),
    },
    "way": {
        "in_group": N_("In the group"),
        "online": N_("Online"),
        "on_site": N_("On site"),
        "by_neighbours": N_("By neighbours"),
    },
    "confirmation": {
        "reporter": N_("The reporter confirms"),
        "check": N_("Another person has checked"),
        "silence": N_("Nobody has objected"),
    },
    "audit": {
        "unmask": N_("Seen in clear"),
        "unmask_refused": N_("Refused to show"),
        "search": N_("Searched by number"),
        "export": N_("Exported"),
        "move_request": N_("Asked for a car to be moved"),
        "move_answered": N_("Noted the owner's answer"),
        "purge": N_("Let go of old data"),
        "retention_rule": N_("Changed how long data is kept"),
        "sign_in_failed": N_("Failed to sign in"),
        "create_account": N_("Created an account"),
        "change_account": N_("Changed an account"),
        "disable_account": N_("Disabled an account"),
        "enable_account": N_("Enabled an account"),
        "reset_password": N_("Reset a password"),
        "unlock_account": N_("Unlocked an account"),
        "end_sign_ins": N_("Signed an account out"),
        "revoke_sign_in": N_("Ended a sign-in"),
        "change_password": N_("Changed the own password"),
        "create_token": N_("Created an API token"),
    },
    "subject": {
        "resident": N_("Resident"),
        "household": N_("A household"),
        "vehicle": N_("Car"),
        "issue": N_("Reporter of a matter"),
        "account": N_("Account"),
    },
    "move": {
        "waiting": N_("Being sent"),
        "sent": N_("Sent to the owner"),
        "answered": N_("Answered"),
        "failed": N_("Could not be sent"),
        "unknown_vehicle": N_("Not in the register"),
    },
    "event": {
        "reported": N_("A resident calls"),
        "located": N_("Located"),
        "status": N_("Stage changed"),
        "answered": N_("Reporter answered"),
        "urgency": N_("Urgency changed"),
        "paused": N_("Deadline paused"),
        "resumed": N_("Deadline resumed"),
        "late": N_("Overdue"),
    },
}


def name_of(kind: Kind, value: str | None, words: Words) -> str:
    """What a stored value is called in the reader's language."""
    known = NAMES[kind].get(value or "")
    return words.gettext(known) if known else (value or "")
