"""Links of entries: without trackers, to show and to follow; in one form, to compare. Pure."""

import re
import unicodedata
from base64 import urlsafe_b64decode
from contextlib import suppress
from urllib.parse import SplitResult, parse_qs, urlsplit, urlunsplit

import idna
from url_normalize import url_normalize

from digest.text.urls import web_parts

#: Longer addresses are refused: browsers and mail programs cut them.
MAX_LINK = 2_000

#: Parameters that say where a click came from and never which page is meant.
_TRACKER_NAMES = """
_ga _gl _hsenc _hsmi _openstat at_bbc_team at_campaign at_campaign_type at_custom1 at_custom2 at_custom3 at_custom4
at_format at_link_id at_link_origin at_link_type at_medium at_ptr_name cmpid dclid echobox fb_action_ids
fb_ref fb_source fbclid feedname feedtype ftag gbraid gclid gclsrc guccounter guce_referrer guce_referrer_sig icid
igsh igshid intcid intcmp itid itm_campaign itm_medium itm_source maca mc_cid mc_eid mkt_tok msclkid mtm_campaign
mtm_medium mtm_source ncid ns_campaign ns_fee ns_linkname ns_mchannel ns_source ocid oly_anon_id oly_enc_id
pk_campaign pk_kwd pk_medium pk_source rb_clickid s_cid s_kwcid smid smtyp soc_src soc_trk spm srnd
traffic_source trk twclid vero_conv vero_id wbraid wickedid wprss wt_mc wt.mc wt_zmc xtor yclid ysclid
"""
_TRACKERS = frozenset(_TRACKER_NAMES.split())
_TRACKER_PREFIXES = ("utm_", "hsa_", "mtm_", "pk_", "piwik_", "matomo_")
#: Parameters that are trackers only with such a value: `ref`, `source` and `mod` often name a page.
_TRACKER_VALUES = re.compile(
    r"(?:cmp|emc|feature|from|mod|partner|partnerid|ref|rss|source|src|via)="
    r"(?:1|[a-z0-9_.-]*(?:rss|feed|youtube_gdata)[a-z0-9_.-]*)$",
    re.IGNORECASE,
)
#: Hosts and pages whose links only lead on, and the parameters that say where.
_WRAPPERS = (
    (re.compile(r"(?:www|news)\.google\.[a-z.]{2,6}"), re.compile(r"/(?:news/)?url"), ("url", "q")),
    (re.compile(r"news\.google\.com"), re.compile(r"/(?:__i/)?(?:rss/)?articles/[\w=-]+"), ()),
    (re.compile(r"www\.bing\.com"), re.compile(r"/news/apiclick\.aspx"), ("url",)),
    (re.compile(r"lm?\.facebook\.com"), re.compile(r"/l\.php"), ("u",)),
    (re.compile(r"(?:www\.)?youtube\.com"), re.compile(r"/redirect"), ("q",)),
    (re.compile(r"out\.reddit\.com"), re.compile(r"/.*"), ("url",)),
    (re.compile(r"(?:m\.)?vk\.com"), re.compile(r"/away\.php"), ("to",)),
)
_REDIRECTOR = re.compile(r"(?:google|bing|facebook|youtube|reddit|vk)\.")
#: Where such a name stands in an address.
_WITHIN = 30
_MAX_FIELDS = 50
#: Redirectors that one link may lead through.
_MAX_WRAPPERS = 2
_PRINTED = re.compile(rb"https?://[!-~]+")
#: An address that is in its normal form already, as most are; telling so is fifty times cheaper than making it so.
_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?:/(?!\.)[A-Za-z0-9_.~:@!*,;=+-]*)+(?:\?[A-Za-z0-9_.~=&/:@!*,;-]*)?(?:#.*)?")
#: An address in which nothing can be unsafe, a tracker or in need of a base, as most are.
_SAFE = re.compile(r"https?://[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9_.])?(?:/[A-Za-z0-9/_.~:@!$*+,;=()%-]*)?")


def clean_link(url: str, base: str = "") -> str:
    """A web address (`digest.text.urls`) without trackers, at most MAX_LINK long; empty where that cannot be.

    `base` resolves a relative one (RFC 3986 5). A redirector's link (Google Alerts, Bing News) is the page it leads to.
    """
    if len(url) <= MAX_LINK and _SAFE.fullmatch(url):
        return url
    parts = web_parts(url, base)
    if parts is None:
        return ""
    for _ in range(_MAX_WRAPPERS if _REDIRECTOR.search(parts.netloc) else 0):
        parts = web_parts(_wrapped_in(parts)) or parts
    fragment = "" if _is_tracker(parts.fragment) else parts.fragment
    link = urlunsplit(parts._replace(query=_without_trackers(parts.query), fragment=fragment))
    return link if len(link) <= MAX_LINK else ""


def is_wrapped(url: str) -> bool:
    """Whether a link is a redirector's that says in itself where it leads."""
    parts = web_parts(url) if _REDIRECTOR.search(url, 0, _WITHIN) else None
    return parts is not None and web_parts(_wrapped_in(parts)) is not None


def _wrapped_in(parts: SplitResult) -> str:
    """What a redirector's link says of where it leads; empty where it is no such link, or says nothing."""
    for host, path, names in _WRAPPERS:
        if host.fullmatch(parts.netloc) and path.fullmatch(parts.path):
            return _in_query(parts.query, names) if names else _in_token(parts.path)
    return ""


def _in_query(query: str, names: tuple[str, ...]) -> str:
    """The first of these parameters."""
    with suppress(ValueError):  # more fields than any of them has
        values = parse_qs(query, max_num_fields=_MAX_FIELDS)
        return next((values[name][0] for name in names if name in values), "")
    return ""


def _in_token(path: str) -> str:
    """The address in the name of an article of Google News, which older ones hold as it is."""
    token = path.rpartition("/")[2]
    with suppress(ValueError):
        if found := _PRINTED.search(urlsafe_b64decode(token + "=" * (-len(token) % 4))):
            return found[0].decode("ascii")
    return ""


def canonical_link(url: str) -> str:
    """One form for all the addresses of one page: for comparing, not for following.

    Without scheme differences, `www.`, trackers, fragment and trailing slash; host in lower case and IDNA.
    """
    link = clean_link(url)
    if not link:
        return ""
    parts = urlsplit(link if _PLAIN.fullmatch(link) else _normalized(link))
    host = parts.netloc.removeprefix("www.")
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    return urlunsplit(("https", host, parts.path.rstrip("/"), query, ""))


def _normalized(link: str) -> str:
    """Percent-encoding, dots in the path, default port and IDNA in one form (RFC 3986 6.2)."""
    try:
        return url_normalize(link) or link
    except (ValueError, UnicodeError):
        return link


def _is_tracker(parameter: str) -> bool:
    """Whether one `name=value` of a query is only about where the click came from."""
    name = parameter.partition("=")[0].lower()
    return name in _TRACKERS or name.startswith(_TRACKER_PREFIXES) or bool(_TRACKER_VALUES.match(parameter))


def _without_trackers(query: str) -> str:
    """The query with its trackers left out and every other byte as it was."""
    if not query:
        return ""
    return "&".join(parameter for parameter in query.split("&") if not _is_tracker(parameter.removeprefix("amp;")))


#: Scripts that one label may mix: Japanese, Korean and Chinese names do.
_EAST_ASIAN = frozenset({"CJK", "HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "HANGUL", "BOPOMOFO"})
#: Letters of Cyrillic and Greek that look like Latin ones: a label of nothing else is a Latin word in disguise.
_LOOKALIKES = frozenset("асԁеһіјӏорԛѕԝхуүҫ" + "αινοκρτυχγϲϳ")


def shown_host(url: str) -> str:
    """The host of a link: its own letters, or punycode where a label mixes scripts or only looks Latin; without `www.`.

    Empty where there is no host, or none that can be.
    """
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    labels = [_shown_label(label) for label in host.removeprefix("www.").split(".")]
    return ".".join(labels) if all(labels) else ""


def _shown_label(label: str) -> str:
    """One label of a host name; empty where it is none."""
    if label.isascii() and not label.startswith("xn--"):
        return label
    try:
        ascii_form = label if label.isascii() else idna.encode(label, uts46=True).decode("ascii")
        text = idna.decode(ascii_form)
    except (idna.IDNAError, UnicodeError):
        return label if label.isascii() else ""
    return ascii_form if _deceives(text) else text


def _deceives(label: str) -> bool:
    """Whether a label mixes scripts, or is made of letters that all look Latin."""
    letters = [letter for letter in label if letter.isalpha()]
    scripts = {unicodedata.name(letter, "?").partition(" ")[0] for letter in letters}
    scripts = {"EAST ASIAN" if script in _EAST_ASIAN else script for script in scripts}
    return len(scripts) > 1 or all(letter in _LOOKALIKES for letter in letters)
