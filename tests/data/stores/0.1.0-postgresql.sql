SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.deliveries (
    id character varying NOT NULL,
    subscriber character varying NOT NULL,
    kind character varying NOT NULL,
    slot timestamp with time zone NOT NULL,
    edition character varying NOT NULL,
    state character varying NOT NULL,
    attempts integer NOT NULL,
    next_try timestamp with time zone,
    stale_after timestamp with time zone,
    message_id text,
    via character varying,
    reply_code integer,
    reply text,
    created timestamp with time zone NOT NULL,
    offered timestamp with time zone,
    changed timestamp with time zone NOT NULL,
    owner character varying,
    leased_until double precision,
    fence integer NOT NULL
);
CREATE TABLE public.edition_stories (
    edition character varying NOT NULL,
    story bigint NOT NULL,
    version integer NOT NULL
);
CREATE TABLE public.editions (
    id character varying NOT NULL,
    created timestamp with time zone NOT NULL,
    window_start timestamp with time zone NOT NULL,
    window_end timestamp with time zone NOT NULL,
    by_published boolean NOT NULL,
    subject text NOT NULL,
    content json NOT NULL,
    text text NOT NULL,
    html text
);
CREATE TABLE public.events (
    id character varying NOT NULL,
    at timestamp with time zone NOT NULL,
    kind character varying NOT NULL,
    subject character varying NOT NULL,
    text text NOT NULL
);
CREATE TABLE public.feeds (
    id character varying NOT NULL,
    url text NOT NULL,
    moved_to text,
    title text NOT NULL,
    etag text,
    last_modified text,
    body_hash character varying,
    first_polled timestamp with time zone,
    last_polled timestamp with time zone,
    last_changed timestamp with time zone,
    last_item timestamp with time zone,
    next_poll timestamp with time zone,
    "interval" double precision,
    hints json,
    not_before timestamp with time zone,
    failing_since timestamp with time zone,
    failures integer NOT NULL,
    error text,
    error_status integer,
    reported boolean NOT NULL,
    gone boolean NOT NULL,
    paused boolean NOT NULL
);
CREATE TABLE public.items (
    id bigint NOT NULL,
    feed character varying NOT NULL,
    key character varying NOT NULL,
    title text NOT NULL,
    link text NOT NULL,
    summary text NOT NULL,
    body text NOT NULL,
    published timestamp with time zone NOT NULL,
    first_seen timestamp with time zone NOT NULL,
    updated timestamp with time zone,
    authors json NOT NULL,
    publisher text NOT NULL,
    language character varying NOT NULL,
    categories json NOT NULL,
    backlog boolean NOT NULL,
    revised timestamp with time zone,
    retracted timestamp with time zone,
    story bigint
);
CREATE TABLE public.lines (
    key character varying NOT NULL,
    line text NOT NULL,
    written timestamp with time zone NOT NULL
);
CREATE TABLE public.matches (
    item bigint NOT NULL,
    topic character varying NOT NULL,
    score double precision NOT NULL,
    matches json NOT NULL
);
CREATE TABLE public.meta (
    key character varying NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.seen (
    feed character varying NOT NULL,
    key character varying NOT NULL,
    item bigint NOT NULL,
    fingerprint character varying,
    text_hash character varying NOT NULL,
    last_shown timestamp with time zone NOT NULL
);
CREATE TABLE public.stories (
    id bigint NOT NULL,
    version integer NOT NULL,
    created timestamp with time zone NOT NULL,
    moved timestamp with time zone NOT NULL,
    merged_into bigint
);
CREATE TABLE public.subscribers (
    id character varying NOT NULL,
    address text NOT NULL,
    created timestamp with time zone NOT NULL,
    watermark timestamp with time zone,
    last_slot timestamp with time zone,
    listed boolean NOT NULL,
    suppressed character varying,
    suppressed_at timestamp with time zone,
    suppressed_why text,
    soft_bounces double precision NOT NULL,
    soft_bounced_at timestamp with time zone
);
INSERT INTO public.alembic_version VALUES
	('0001');
INSERT INTO public.deliveries VALUES
	('66b1c84b49af08fa', 'a14ea1f4340dec05', 'scheduled', '2026-03-03 07:00:00+00', '7e952171211b6b1fc20e6c85c86b49e7', 'pending', 0, '2026-03-03 07:30:00+00', '2026-03-04 07:00:00+00', NULL, NULL, NULL, NULL, '2026-03-03 07:30:00+00', NULL, '2026-03-03 07:30:00+00', NULL, NULL, 1),
	('78209d3dec807914', '0872314d6c761b92', 'scheduled', '2026-03-03 07:00:00+00', '7e952171211b6b1fc20e6c85c86b49e7', 'accepted', 1, '2026-03-03 07:30:00+00', '2026-03-04 07:00:00+00', '<0a59ca75d2692cbc50825b696e18d5f6@digest.example>', 'smtp', 250, 'queued', '2026-03-03 07:30:00+00', '2026-03-03 07:30:00+00', '2026-03-03 07:30:00+00', NULL, NULL, 1),
	('82ad10d9666e56a1', '8bea6ee9ff5ea42c', 'scheduled', '2026-03-03 07:00:00+00', '7e952171211b6b1fc20e6c85c86b49e7', 'unsure', 1, '2026-03-03 07:30:00+00', '2026-03-04 07:00:00+00', '<250cdf2fab4b83c2ac3e494216b1415f@digest.example>', 'smtp', NULL, 'the program ended before the server''s reply', '2026-03-03 07:30:00+00', '2026-03-03 07:30:00+00', '2026-03-03 07:30:00+00', NULL, NULL, 1),
	('adf3901e293286ec', 'acf0d14d4eb5957a', 'scheduled', '2026-03-03 07:00:00+00', '2a6161ca4ed93ffb1f3628f500d18738', 'pending', 0, '2026-03-03 07:30:00+00', '2026-03-04 07:00:00+00', NULL, NULL, NULL, NULL, '2026-03-03 07:30:00+00', NULL, '2026-03-03 07:30:00+00', NULL, NULL, 1),
	('cb9a74a4d511e890', 'a14ea1f4340dec05', 'scheduled', '2026-03-02 07:00:00+00', '28f10e8fc7b4739edc03456e98536175', 'accepted', 1, '2026-03-02 07:30:00+00', '2026-03-03 07:00:00+00', '<c04b00912e8a7d836299bffa07c8ccf1@digest.example>', 'smtp', 250, 'queued', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', NULL, NULL, 1),
	('e18245f1cba6a63e', 'c3e756534456142f', 'scheduled', '2026-03-02 07:00:00+00', '28f10e8fc7b4739edc03456e98536175', 'deferred', 1, '2026-03-03 13:30:00+00', '2026-03-03 07:00:00+00', '<1e99b862e7ba4e256415b66486abefbe@digest.example>', 'smtp', 451, 'try again later', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', NULL, NULL, 1),
	('11da57373e0953a6', '0872314d6c761b92', 'scheduled', '2026-03-02 07:00:00+00', '28f10e8fc7b4739edc03456e98536175', 'unsure', 1, '2026-03-02 07:30:00+00', '2026-03-03 07:00:00+00', '<b9d732602599e6d8b18c75890d245164@digest.example>', 'smtp', NULL, 'the program ended before the server''s reply', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', NULL, NULL, 1),
	('acc4e6dd7bc326e0', '7f1804c0b12b545c', 'scheduled', '2026-03-02 07:00:00+00', '28f10e8fc7b4739edc03456e98536175', 'suppressed', 0, '2026-03-02 07:30:00+00', '2026-03-03 07:00:00+00', NULL, NULL, NULL, NULL, '2026-03-02 07:30:00+00', NULL, '2026-03-02 07:30:00+00', NULL, NULL, 1),
	('198ee0acfe660993', '485711964c730d60', 'scheduled', '2026-03-02 07:00:00+00', '28f10e8fc7b4739edc03456e98536175', 'failed', 1, '2026-03-02 07:30:00+00', '2026-03-03 07:00:00+00', '<c5816dd95a22e6b8a43f6e4851134357@digest.example>', 'smtp', 554, 'refused', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', NULL, NULL, 1),
	('a68c7a2614bdb1e9', '8bea6ee9ff5ea42c', 'scheduled', '2026-03-02 07:00:00+00', '28f10e8fc7b4739edc03456e98536175', 'accepted', 1, '2026-03-02 07:30:00+00', '2026-03-03 07:00:00+00', '<ec7ae0cf182045a034575f5af4415ca2@digest.example>', 'smtp', 250, 'queued', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', NULL, NULL, 1),
	('32c2c746972a363c', 'acf0d14d4eb5957a', 'scheduled', '2026-03-02 07:00:00+00', 'f4b5517d63412d211b16e71dbcc3a824', 'accepted', 1, '2026-03-02 07:30:00+00', '2026-03-03 07:00:00+00', '<2a5536d97758aca5b10ecac7c527eda4@digest.example>', 'smtp', 250, 'queued', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', '2026-03-02 07:30:00+00', NULL, NULL, 1),
	('21796f5f075dd1a5', 'c3e756534456142f', 'scheduled', '2026-03-03 07:00:00+00', 'd4cd531fb52e220ee54c3eaac6e4fc91', 'pending', 0, '2026-03-03 07:30:00+00', '2026-03-04 07:00:00+00', NULL, NULL, NULL, NULL, '2026-03-03 07:30:00+00', NULL, '2026-03-03 07:30:00+00', NULL, NULL, 1),
	('585cf6e2bdab8d63', '485711964c730d60', 'scheduled', '2026-03-03 07:00:00+00', 'd4cd531fb52e220ee54c3eaac6e4fc91', 'accepted', 1, '2026-03-03 07:30:00+00', '2026-03-04 07:00:00+00', '<8bb501d1cfbee294398da74ae4d41e6c@digest.example>', 'smtp', 250, 'queued', '2026-03-03 07:30:00+00', '2026-03-03 07:30:00+00', '2026-03-03 07:30:00+00', NULL, NULL, 1);
INSERT INTO public.edition_stories VALUES
	('28f10e8fc7b4739edc03456e98536175', 7351416855402864290, 2),
	('28f10e8fc7b4739edc03456e98536175', 7731964847028483580, 1),
	('28f10e8fc7b4739edc03456e98536175', 6789553840939654759, 1),
	('f4b5517d63412d211b16e71dbcc3a824', 7351416855402864290, 2),
	('f4b5517d63412d211b16e71dbcc3a824', 7731964847028483580, 1),
	('f4b5517d63412d211b16e71dbcc3a824', 6789553840939654759, 1),
	('7e952171211b6b1fc20e6c85c86b49e7', 5650736540469810782, 1),
	('7e952171211b6b1fc20e6c85c86b49e7', 7424549659816834240, 1),
	('2a6161ca4ed93ffb1f3628f500d18738', 5650736540469810782, 1),
	('2a6161ca4ed93ffb1f3628f500d18738', 7424549659816834240, 1),
	('d4cd531fb52e220ee54c3eaac6e4fc91', 5650736540469810782, 1),
	('d4cd531fb52e220ee54c3eaac6e4fc91', 7351416855402864290, 2),
	('d4cd531fb52e220ee54c3eaac6e4fc91', 7424549659816834240, 1),
	('d4cd531fb52e220ee54c3eaac6e4fc91', 7731964847028483580, 1),
	('d4cd531fb52e220ee54c3eaac6e4fc91', 6789553840939654759, 1);
INSERT INTO public.editions VALUES
	('28f10e8fc7b4739edc03456e98536175', '2026-03-02 07:30:00+00', '2026-02-28 07:00:00+00', '2026-03-02 07:30:00+00', false, 'Envoys from Syria return to Geneva for talks + 2 more stories', '{"id": "28f10e8fc7b4739edc03456e98536175", "title": "Test Watch", "link": "", "format": "html", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-02-28T07:00:00+00:00", "end": "2026-03-02T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 7351416855402864290, "version": 2, "number": 1, "title": "Envoys from Syria return to Geneva for talks", "line": "The delegations arrive on Monday and meet the mediator on Tuesday.", "link": "https://news.example/envoys-from-syria-return-to-geneva-for-talks", "source": "Harbour Wire", "published": "2026-03-02T04:30:00+00:00", "language": "", "also": [{"source": "The Courier", "link": "https://news.example/second-geneva"}], "sources": 2, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.084], ["freshness", 0.168], ["novelty", 0.1]]}], "total": 1}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7731964847028483580, "version": 1, "number": 2, "title": "Tehran court frees two engineers", "line": "A court in Tehran frees two engineers on bail.", "link": "https://news.example/tehran-court-frees-two-engineers", "source": "The Courier", "published": "2026-03-02T05:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.168], ["novelty", 0.1]]}, {"story": 6789553840939654759, "version": 1, "number": 3, "title": "Iran opens a new rail link to the Caspian coast", "line": "The line carries freight from the summer on, the ministry says.", "link": "https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast", "source": "Harbour Wire", "published": "2026-03-02T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}], "total": 2}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 4, "sources": 2}', 'Test Watch
Monday, 2 March 2026
Morning edition · 2 days to 08:30 CET
3 stories from 4 reports in 2 sources · 1 min read
* Syria 1
* Iran 2
SYRIA (1 story)
  1. Envoys from Syria return to Geneva for talks
     The delegations arrive on Monday and meet the mediator on Tuesday.
     Harbour Wire · news.example · 05:30
     also covered by 1: The Courier
     https://news.example/envoys-from-syria-return-to-geneva-for-talks
IRAN (2 stories)
  2. Tehran court frees two engineers
     A court in Tehran frees two engineers on bail.
     The Courier · news.example · 06:30
     https://news.example/tehran-court-frees-two-engineers
  3. Iran opens a new rail link to the Caspian coast
     The line carries freight from the summer on, the ministry says.
     Harbour Wire · news.example · 04:30
     https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast
Unsubscribe:
unsubscribe
You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.
To e-mail a story, open the link under its number:
1.
mailto:?subject=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks&body=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks%0D%0A%0D%0AThe%20delegations%20arrive%20on%20Monday%20and%20meet%20the%20mediator%20on%20Tuesday.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fenvoys-from-syria-return-to-geneva-for-talks
2.
mailto:?subject=Tehran%20court%20frees%20two%20engineers&body=Tehran%20court%20frees%20two%20engineers%0D%0A%0D%0AA%20court%20in%20Tehran%20frees%20two%20engineers%20on%20bail.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Ftehran-court-frees-two-engineers
3.
mailto:?subject=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast&body=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast%0D%0A%0D%0AThe%20line%20carries%20freight%20from%20the%20summer%20on%2C%20the%20ministry%20says.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-opens-a-new-rail-link-to-the-caspian-coast
', '<!DOCTYPE html><html lang="en" dir="ltr" style="color-scheme:light dark;supported-color-schemes:light dark"><head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>Envoys from Syria return to Geneva for talks + 2 more stories</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (min-width: 640px) {
.canvas { padding-top: 16px !important; padding-bottom: 32px !important; }
}
@media (max-width: 480px) {
.top, .masthead, .jump, .section, .footer { padding-left: 18px !important; padding-right: 18px !important; }
.jump { padding-top: 4px !important; padding-bottom: 4px !important; }
.footer { padding-top: 12px !important; }
.ways { margin-bottom: 2px !important; }
.number { width: 26px !important; }
h1 { font-size: 30px !important; line-height: 34px !important; }
.story { padding-top: 10px !important; padding-bottom: 10px !important; }
.headline { display: block !important; padding: 8px 0 !important; }
.line { margin-top: 0 !important; }
.share { margin-top: 0 !important; }
.share a, .ways a, .jumps a, .more a { display: inline-block !important; padding: 10px 0 !important; }
.facts a, .top a { padding: 13px 0 !important; }
}
@media (prefers-color-scheme: dark) {
.ink { color: #f0eeea !important; }
.body { color: #cfd2d6 !important; }
.meta { color: #a3a8af !important; }
.link { color: #8cbcf2 !important; }
.topic1 { color: #74c9a3 !important; }
.topic2 { color: #eda07c !important; }
.topic3 { color: #c3a6ec !important; }
.topic4 { color: #7cc7d9 !important; }
.topic5 { color: #f09bbd !important; }
.topic6 { color: #d5c36c !important; }
.canvas { background-color: #0f1113 !important; }
.paper { background-color: #191c1f !important; }
.jump, .next, .footer { border-color: #34393e !important; }
.masthead { border-color: #f0eeea !important; }
}
</style>
<!--[if mso]><style>td, p, a, b, h2 { font-family: Arial, sans-serif; } h1, h3, h3 a { font-family: Georgia, serif; }</style><![endif]-->
</head>
<body class="canvas" style="margin:0;padding:0;background-color:#f3f1ec">
<div class="preheader" style="display:none">Tehran court frees two engineers · Iran opens a new rail link to the Caspian coast</div>
<div lang="en" dir="ltr">
<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table class="sheet" role="presentation" border="0" width="100%" align="center" cellpadding="0" cellspacing="0" style="max-width:600px;margin:0 auto;table-layout:fixed;word-wrap:break-word;word-break:break-word;font-family:Segoe UI, Roboto, Helvetica, Arial, sans-serif">
<tbody><tr><td class="top meta" style="color:#5c6067;font-size:13px;line-height:20px;padding:10px 32px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tbody><tr>
<td class="meta" style="color:#5c6067">Morning edition&nbsp;· 2 days to 08:30&nbsp;CET</td>
</tr></tbody></table>
</td></tr>
<tr><td class="masthead paper" style="background-color:#ffffff;padding:26px 32px 20px;border-top:4px solid #1b1c1e">
<h1 class="ink" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-size:34px;line-height:38px;font-weight:bold;color:#1b1c1e">Test Watch</h1>
<p class="date body" style="margin:8px 0 0;color:#3a3d42;font-size:16px;line-height:24px">Monday, 2 March 2026</p>
<p class="counts meta" style="margin:2px 0 0;color:#5c6067;font-size:13px;line-height:20px">3 stories from 4 reports in 2 sources&nbsp;· 1&nbsp;min&nbsp;read</p>
</td></tr>
<tr><td class="jump paper" style="background-color:#ffffff;padding:14px 32px;border-top:1px solid #dedad2;border-bottom:1px solid #dedad2">
<p class="jumps meta" style="margin:0;color:#5c6067;font-size:13px;line-height:20px"><a class="topic1" href="#t1" style="color:#1d6a4b;font-weight:bold;text-decoration:none">Syria</a>&nbsp;1 &nbsp;·&nbsp; <a class="topic2" href="#t2" style="color:#8c3a16;font-weight:bold;text-decoration:none">Iran</a>&nbsp;2</p>
</td></tr>
<tr><td class="section paper" style="background-color:#ffffff;padding:30px 32px 4px">
<h2 class="topic1" dir="ltr" id="t1" style="margin:0;padding:0 0 8px;border-bottom:2px solid;font-size:20px;line-height:26px;font-weight:bold;color:#1d6a4b">Syria &nbsp;<span class="count meta" style="color:#5c6067;font-size:13px;line-height:20px;font-weight:normal">1&nbsp;story</span></h2>
<table class="stories" role="presentation" border="0" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed">
<tbody><tr>
<td class="number topic1 beside-lead" valign="top" width="34" style="color:#1d6a4b;font-size:13px;line-height:20px;padding:24px 0 0;font-weight:bold">1</td>
<td class="story" valign="top" style="padding:18px 0">
<h3 class="ink lead" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-weight:bold;color:#1b1c1e;font-size:24px;line-height:30px"><a class="ink headline" href="https://news.example/envoys-from-syria-return-to-geneva-for-talks" style="color:#1b1c1e;text-decoration:none">Envoys from Syria return to Geneva for talks</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">The delegations arrive on Monday and meet the mediator on Tuesday.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">Harbour Wire</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· 05:30<br>also covered by 1: <a class="meta" href="https://news.example/second-geneva" style="color:#5c6067">The Courier</a></p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Envoys from Syria return to Geneva for talks" href="mailto:?subject=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks&amp;body=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks%0D%0A%0D%0AThe%20delegations%20arrive%20on%20Monday%20and%20meet%20the%20mediator%20on%20Tuesday.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fenvoys-from-syria-return-to-geneva-for-talks" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
</tbody></table>
</td></tr>
<tr><td class="section paper" style="background-color:#ffffff;padding:30px 32px 4px">
<h2 class="topic2" dir="ltr" id="t2" style="margin:0;padding:0 0 8px;border-bottom:2px solid;font-size:20px;line-height:26px;font-weight:bold;color:#8c3a16">Iran &nbsp;<span class="count meta" style="color:#5c6067;font-size:13px;line-height:20px;font-weight:normal">2&nbsp;stories</span></h2>
<table class="stories" role="presentation" border="0" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed">
<tbody><tr>
<td class="number topic2 beside-lead" valign="top" width="34" style="color:#8c3a16;font-size:13px;line-height:20px;padding:24px 0 0;font-weight:bold">2</td>
<td class="story" valign="top" style="padding:18px 0">
<h3 class="ink lead" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-weight:bold;color:#1b1c1e;font-size:24px;line-height:30px"><a class="ink headline" href="https://news.example/tehran-court-frees-two-engineers" style="color:#1b1c1e;text-decoration:none">Tehran court frees two engineers</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">A court in Tehran frees two engineers on bail.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">The Courier</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· 06:30</p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Tehran court frees two engineers" href="mailto:?subject=Tehran%20court%20frees%20two%20engineers&amp;body=Tehran%20court%20frees%20two%20engineers%0D%0A%0D%0AA%20court%20in%20Tehran%20frees%20two%20engineers%20on%20bail.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Ftehran-court-frees-two-engineers" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
<tr>
<td class="number topic2 next" valign="top" width="34" style="color:#8c3a16;font-size:13px;line-height:20px;padding:21px 0 0;font-weight:bold;border-top:1px solid #dedad2">3</td>
<td class="story next" valign="top" style="padding:18px 0;border-top:1px solid #dedad2">
<h3 class="ink" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-size:19px;line-height:25px;font-weight:bold;color:#1b1c1e"><a class="ink headline" href="https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast" style="color:#1b1c1e;text-decoration:none">Iran opens a new rail link to the Caspian coast</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">The line carries freight from the summer on, the ministry says.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">Harbour Wire</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· 04:30</p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Iran opens a new rail link to the Caspian coast" href="mailto:?subject=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast&amp;body=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast%0D%0A%0D%0AThe%20line%20carries%20freight%20from%20the%20summer%20on%2C%20the%20ministry%20says.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-opens-a-new-rail-link-to-the-caspian-coast" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
</tbody></table>
</td></tr>
<tr><td class="footer paper" style="background-color:#ffffff;padding:22px 32px 36px;border-top:1px solid #dedad2">
<p class="ways meta" style="margin:0 0 12px;color:#5c6067;font-size:14px;line-height:20px;font-weight:bold">
<a class="link" href="unsubscribe" style="color:#0b4a8f">Unsubscribe</a></p>
<p class="small meta" style="margin:6px 0 0;color:#5c6067;font-size:13px;line-height:20px">You get this because address is subscribed to Syria and Iransince:en. No opens or clicks are tracked.</p>
</td></tr>
</tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</div>
</body></html>'),
	('f4b5517d63412d211b16e71dbcc3a824', '2026-03-02 07:30:00+00', '2026-02-28 07:00:00+00', '2026-03-02 07:30:00+00', false, 'Envoys from Syria return to Geneva for talks + 2 more stories', '{"id": "f4b5517d63412d211b16e71dbcc3a824", "title": "Test Watch", "link": "", "format": "text", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-02-28T07:00:00+00:00", "end": "2026-03-02T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 7351416855402864290, "version": 2, "number": 1, "title": "Envoys from Syria return to Geneva for talks", "line": "The delegations arrive on Monday and meet the mediator on Tuesday.", "link": "https://news.example/envoys-from-syria-return-to-geneva-for-talks", "source": "Harbour Wire", "published": "2026-03-02T04:30:00+00:00", "language": "", "also": [{"source": "The Courier", "link": "https://news.example/second-geneva"}], "sources": 2, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.084], ["freshness", 0.168], ["novelty", 0.1]]}], "total": 1}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7731964847028483580, "version": 1, "number": 2, "title": "Tehran court frees two engineers", "line": "A court in Tehran frees two engineers on bail.", "link": "https://news.example/tehran-court-frees-two-engineers", "source": "The Courier", "published": "2026-03-02T05:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.168], ["novelty", 0.1]]}, {"story": 6789553840939654759, "version": 1, "number": 3, "title": "Iran opens a new rail link to the Caspian coast", "line": "The line carries freight from the summer on, the ministry says.", "link": "https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast", "source": "Harbour Wire", "published": "2026-03-02T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}], "total": 2}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 4, "sources": 2}', 'Test Watch
Monday, 2 March 2026
Morning edition · 2 days to 08:30 CET
3 stories from 4 reports in 2 sources · 1 min read
* Syria 1
* Iran 2
SYRIA (1 story)
  1. Envoys from Syria return to Geneva for talks
     The delegations arrive on Monday and meet the mediator on Tuesday.
     Harbour Wire · news.example · 05:30
     also covered by 1: The Courier
     https://news.example/envoys-from-syria-return-to-geneva-for-talks
IRAN (2 stories)
  2. Tehran court frees two engineers
     A court in Tehran frees two engineers on bail.
     The Courier · news.example · 06:30
     https://news.example/tehran-court-frees-two-engineers
  3. Iran opens a new rail link to the Caspian coast
     The line carries freight from the summer on, the ministry says.
     Harbour Wire · news.example · 04:30
     https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast
Unsubscribe:
unsubscribe
You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.
To e-mail a story, open the link under its number:
1.
mailto:?subject=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks&body=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks%0D%0A%0D%0AThe%20delegations%20arrive%20on%20Monday%20and%20meet%20the%20mediator%20on%20Tuesday.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fenvoys-from-syria-return-to-geneva-for-talks
2.
mailto:?subject=Tehran%20court%20frees%20two%20engineers&body=Tehran%20court%20frees%20two%20engineers%0D%0A%0D%0AA%20court%20in%20Tehran%20frees%20two%20engineers%20on%20bail.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Ftehran-court-frees-two-engineers
3.
mailto:?subject=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast&body=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast%0D%0A%0D%0AThe%20line%20carries%20freight%20from%20the%20summer%20on%2C%20the%20ministry%20says.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-opens-a-new-rail-link-to-the-caspian-coast
', NULL),
	('7e952171211b6b1fc20e6c85c86b49e7', '2026-03-03 07:30:00+00', '2026-03-02 07:30:00+00', '2026-03-03 07:30:00+00', false, 'Damascus reservoir reaches half its level + 1 more story', '{"id": "7e952171211b6b1fc20e6c85c86b49e7", "title": "Test Watch", "link": "", "format": "html", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-03-02T07:30:00+00:00", "end": "2026-03-03T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 5650736540469810782, "version": 1, "number": 1, "title": "Damascus reservoir reaches half its level", "line": "Rain fills the reservoir near Damascus to half of its level.", "link": "https://news.example/damascus-reservoir-reaches-half-its-level", "source": "Harbour Wire", "published": "2026-03-03T02:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.13], ["novelty", 0.1]]}], "total": 1}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7424549659816834240, "version": 1, "number": 2, "title": "Iran and its neighbours agree on river flow", "line": "Five ministries sign a plan on the shared river.", "link": "https://news.example/iran-and-its-neighbours-agree-on-river-flow", "source": "Harbour Wire", "published": "2026-03-03T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}], "total": 1}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 2, "sources": 1}', 'Test Watch
Tuesday, 3 March 2026
Morning edition · 24 hours to 08:30 CET
2 stories from 2 reports in 1 source · 1 min read
* Syria 1
* Iran 1
SYRIA (1 story)
  1. Damascus reservoir reaches half its level
     Rain fills the reservoir near Damascus to half of its level.
     Harbour Wire · news.example · 03:30
     https://news.example/damascus-reservoir-reaches-half-its-level
IRAN (1 story)
  2. Iran and its neighbours agree on river flow
     Five ministries sign a plan on the shared river.
     Harbour Wire · news.example · 04:30
     https://news.example/iran-and-its-neighbours-agree-on-river-flow
Unsubscribe:
unsubscribe
You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.
To e-mail a story, open the link under its number:
1.
mailto:?subject=Damascus%20reservoir%20reaches%20half%20its%20level&body=Damascus%20reservoir%20reaches%20half%20its%20level%0D%0A%0D%0ARain%20fills%20the%20reservoir%20near%20Damascus%20to%20half%20of%20its%20level.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fdamascus-reservoir-reaches-half-its-level
2.
mailto:?subject=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow&body=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow%0D%0A%0D%0AFive%20ministries%20sign%20a%20plan%20on%20the%20shared%20river.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-and-its-neighbours-agree-on-river-flow
', '<!DOCTYPE html><html lang="en" dir="ltr" style="color-scheme:light dark;supported-color-schemes:light dark"><head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>Damascus reservoir reaches half its level + 1 more story</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (min-width: 640px) {
.canvas { padding-top: 16px !important; padding-bottom: 32px !important; }
}
@media (max-width: 480px) {
.top, .masthead, .jump, .section, .footer { padding-left: 18px !important; padding-right: 18px !important; }
.jump { padding-top: 4px !important; padding-bottom: 4px !important; }
.footer { padding-top: 12px !important; }
.ways { margin-bottom: 2px !important; }
.number { width: 26px !important; }
h1 { font-size: 30px !important; line-height: 34px !important; }
.story { padding-top: 10px !important; padding-bottom: 10px !important; }
.headline { display: block !important; padding: 8px 0 !important; }
.line { margin-top: 0 !important; }
.share { margin-top: 0 !important; }
.share a, .ways a, .jumps a, .more a { display: inline-block !important; padding: 10px 0 !important; }
.facts a, .top a { padding: 13px 0 !important; }
}
@media (prefers-color-scheme: dark) {
.ink { color: #f0eeea !important; }
.body { color: #cfd2d6 !important; }
.meta { color: #a3a8af !important; }
.link { color: #8cbcf2 !important; }
.topic1 { color: #74c9a3 !important; }
.topic2 { color: #eda07c !important; }
.topic3 { color: #c3a6ec !important; }
.topic4 { color: #7cc7d9 !important; }
.topic5 { color: #f09bbd !important; }
.topic6 { color: #d5c36c !important; }
.canvas { background-color: #0f1113 !important; }
.paper { background-color: #191c1f !important; }
.jump, .next, .footer { border-color: #34393e !important; }
.masthead { border-color: #f0eeea !important; }
}
</style>
<!--[if mso]><style>td, p, a, b, h2 { font-family: Arial, sans-serif; } h1, h3, h3 a { font-family: Georgia, serif; }</style><![endif]-->
</head>
<body class="canvas" style="margin:0;padding:0;background-color:#f3f1ec">
<div class="preheader" style="display:none">Iran and its neighbours agree on river flow</div>
<div lang="en" dir="ltr">
<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table class="sheet" role="presentation" border="0" width="100%" align="center" cellpadding="0" cellspacing="0" style="max-width:600px;margin:0 auto;table-layout:fixed;word-wrap:break-word;word-break:break-word;font-family:Segoe UI, Roboto, Helvetica, Arial, sans-serif">
<tbody><tr><td class="top meta" style="color:#5c6067;font-size:13px;line-height:20px;padding:10px 32px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tbody><tr>
<td class="meta" style="color:#5c6067">Morning edition&nbsp;· 24 hours to 08:30&nbsp;CET</td>
</tr></tbody></table>
</td></tr>
<tr><td class="masthead paper" style="background-color:#ffffff;padding:26px 32px 20px;border-top:4px solid #1b1c1e">
<h1 class="ink" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-size:34px;line-height:38px;font-weight:bold;color:#1b1c1e">Test Watch</h1>
<p class="date body" style="margin:8px 0 0;color:#3a3d42;font-size:16px;line-height:24px">Tuesday, 3 March 2026</p>
<p class="counts meta" style="margin:2px 0 0;color:#5c6067;font-size:13px;line-height:20px">2 stories from 2 reports in 1 source&nbsp;· 1&nbsp;min&nbsp;read</p>
</td></tr>
<tr><td class="jump paper" style="background-color:#ffffff;padding:14px 32px;border-top:1px solid #dedad2;border-bottom:1px solid #dedad2">
<p class="jumps meta" style="margin:0;color:#5c6067;font-size:13px;line-height:20px"><a class="topic1" href="#t1" style="color:#1d6a4b;font-weight:bold;text-decoration:none">Syria</a>&nbsp;1 &nbsp;·&nbsp; <a class="topic2" href="#t2" style="color:#8c3a16;font-weight:bold;text-decoration:none">Iran</a>&nbsp;1</p>
</td></tr>
<tr><td class="section paper" style="background-color:#ffffff;padding:30px 32px 4px">
<h2 class="topic1" dir="ltr" id="t1" style="margin:0;padding:0 0 8px;border-bottom:2px solid;font-size:20px;line-height:26px;font-weight:bold;color:#1d6a4b">Syria &nbsp;<span class="count meta" style="color:#5c6067;font-size:13px;line-height:20px;font-weight:normal">1&nbsp;story</span></h2>
<table class="stories" role="presentation" border="0" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed">
<tbody><tr>
<td class="number topic1 beside-lead" valign="top" width="34" style="color:#1d6a4b;font-size:13px;line-height:20px;padding:24px 0 0;font-weight:bold">1</td>
<td class="story" valign="top" style="padding:18px 0">
<h3 class="ink lead" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-weight:bold;color:#1b1c1e;font-size:24px;line-height:30px"><a class="ink headline" href="https://news.example/damascus-reservoir-reaches-half-its-level" style="color:#1b1c1e;text-decoration:none">Damascus reservoir reaches half its level</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">Rain fills the reservoir near Damascus to half of its level.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">Harbour Wire</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· 03:30</p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Damascus reservoir reaches half its level" href="mailto:?subject=Damascus%20reservoir%20reaches%20half%20its%20level&amp;body=Damascus%20reservoir%20reaches%20half%20its%20level%0D%0A%0D%0ARain%20fills%20the%20reservoir%20near%20Damascus%20to%20half%20of%20its%20level.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fdamascus-reservoir-reaches-half-its-level" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
</tbody></table>
</td></tr>
<tr><td class="section paper" style="background-color:#ffffff;padding:30px 32px 4px">
<h2 class="topic2" dir="ltr" id="t2" style="margin:0;padding:0 0 8px;border-bottom:2px solid;font-size:20px;line-height:26px;font-weight:bold;color:#8c3a16">Iran &nbsp;<span class="count meta" style="color:#5c6067;font-size:13px;line-height:20px;font-weight:normal">1&nbsp;story</span></h2>
<table class="stories" role="presentation" border="0" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed">
<tbody><tr>
<td class="number topic2 beside-lead" valign="top" width="34" style="color:#8c3a16;font-size:13px;line-height:20px;padding:24px 0 0;font-weight:bold">2</td>
<td class="story" valign="top" style="padding:18px 0">
<h3 class="ink lead" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-weight:bold;color:#1b1c1e;font-size:24px;line-height:30px"><a class="ink headline" href="https://news.example/iran-and-its-neighbours-agree-on-river-flow" style="color:#1b1c1e;text-decoration:none">Iran and its neighbours agree on river flow</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">Five ministries sign a plan on the shared river.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">Harbour Wire</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· 04:30</p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Iran and its neighbours agree on river flow" href="mailto:?subject=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow&amp;body=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow%0D%0A%0D%0AFive%20ministries%20sign%20a%20plan%20on%20the%20shared%20river.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-and-its-neighbours-agree-on-river-flow" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
</tbody></table>
</td></tr>
<tr><td class="footer paper" style="background-color:#ffffff;padding:22px 32px 36px;border-top:1px solid #dedad2">
<p class="ways meta" style="margin:0 0 12px;color:#5c6067;font-size:14px;line-height:20px;font-weight:bold">
<a class="link" href="unsubscribe" style="color:#0b4a8f">Unsubscribe</a></p>
<p class="small meta" style="margin:6px 0 0;color:#5c6067;font-size:13px;line-height:20px">You get this because address is subscribed to Syria and Iransince:en. No opens or clicks are tracked.</p>
</td></tr>
</tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</div>
</body></html>'),
	('2a6161ca4ed93ffb1f3628f500d18738', '2026-03-03 07:30:00+00', '2026-03-02 07:30:00+00', '2026-03-03 07:30:00+00', false, 'Damascus reservoir reaches half its level + 1 more story', '{"id": "2a6161ca4ed93ffb1f3628f500d18738", "title": "Test Watch", "link": "", "format": "text", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-03-02T07:30:00+00:00", "end": "2026-03-03T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 5650736540469810782, "version": 1, "number": 1, "title": "Damascus reservoir reaches half its level", "line": "Rain fills the reservoir near Damascus to half of its level.", "link": "https://news.example/damascus-reservoir-reaches-half-its-level", "source": "Harbour Wire", "published": "2026-03-03T02:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.13], ["novelty", 0.1]]}], "total": 1}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7424549659816834240, "version": 1, "number": 2, "title": "Iran and its neighbours agree on river flow", "line": "Five ministries sign a plan on the shared river.", "link": "https://news.example/iran-and-its-neighbours-agree-on-river-flow", "source": "Harbour Wire", "published": "2026-03-03T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}], "total": 1}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 2, "sources": 1}', 'Test Watch
Tuesday, 3 March 2026
Morning edition · 24 hours to 08:30 CET
2 stories from 2 reports in 1 source · 1 min read
* Syria 1
* Iran 1
SYRIA (1 story)
  1. Damascus reservoir reaches half its level
     Rain fills the reservoir near Damascus to half of its level.
     Harbour Wire · news.example · 03:30
     https://news.example/damascus-reservoir-reaches-half-its-level
IRAN (1 story)
  2. Iran and its neighbours agree on river flow
     Five ministries sign a plan on the shared river.
     Harbour Wire · news.example · 04:30
     https://news.example/iran-and-its-neighbours-agree-on-river-flow
Unsubscribe:
unsubscribe
You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.
To e-mail a story, open the link under its number:
1.
mailto:?subject=Damascus%20reservoir%20reaches%20half%20its%20level&body=Damascus%20reservoir%20reaches%20half%20its%20level%0D%0A%0D%0ARain%20fills%20the%20reservoir%20near%20Damascus%20to%20half%20of%20its%20level.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fdamascus-reservoir-reaches-half-its-level
2.
mailto:?subject=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow&body=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow%0D%0A%0D%0AFive%20ministries%20sign%20a%20plan%20on%20the%20shared%20river.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-and-its-neighbours-agree-on-river-flow
', NULL),
	('d4cd531fb52e220ee54c3eaac6e4fc91', '2026-03-03 07:30:00+00', '2026-02-28 07:00:00+00', '2026-03-03 07:30:00+00', false, 'Damascus reservoir reaches half its level + 4 more stories', '{"id": "d4cd531fb52e220ee54c3eaac6e4fc91", "title": "Test Watch", "link": "", "format": "html", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-02-28T07:00:00+00:00", "end": "2026-03-03T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 5650736540469810782, "version": 1, "number": 1, "title": "Damascus reservoir reaches half its level", "line": "Rain fills the reservoir near Damascus to half of its level.", "link": "https://news.example/damascus-reservoir-reaches-half-its-level", "source": "Harbour Wire", "published": "2026-03-03T02:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.13], ["novelty", 0.1]]}, {"story": 7351416855402864290, "version": 2, "number": 2, "title": "Envoys from Syria return to Geneva for talks", "line": "The delegations arrive on Monday and meet the mediator on Tuesday.", "link": "https://news.example/envoys-from-syria-return-to-geneva-for-talks", "source": "Harbour Wire", "published": "2026-03-02T04:30:00+00:00", "language": "", "also": [{"source": "The Courier", "link": "https://news.example/second-geneva"}], "sources": 2, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.084], ["freshness", 0.021], ["novelty", 0.1]]}], "total": 2}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7424549659816834240, "version": 1, "number": 3, "title": "Iran and its neighbours agree on river flow", "line": "Five ministries sign a plan on the shared river.", "link": "https://news.example/iran-and-its-neighbours-agree-on-river-flow", "source": "Harbour Wire", "published": "2026-03-03T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}, {"story": 7731964847028483580, "version": 1, "number": 4, "title": "Tehran court frees two engineers", "line": "A court in Tehran frees two engineers on bail.", "link": "https://news.example/tehran-court-frees-two-engineers", "source": "The Courier", "published": "2026-03-02T05:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.021], ["novelty", 0.1]]}, {"story": 6789553840939654759, "version": 1, "number": 5, "title": "Iran opens a new rail link to the Caspian coast", "line": "The line carries freight from the summer on, the ministry says.", "link": "https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast", "source": "Harbour Wire", "published": "2026-03-02T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.018], ["novelty", 0.1]]}], "total": 3}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 6, "sources": 2}', 'Test Watch
Tuesday, 3 March 2026
Morning edition · 3 days to 08:30 CET
5 stories from 6 reports in 2 sources · 1 min read
* Syria 2
* Iran 3
SYRIA (2 stories)
  1. Damascus reservoir reaches half its level
     Rain fills the reservoir near Damascus to half of its level.
     Harbour Wire · news.example · 03:30
     https://news.example/damascus-reservoir-reaches-half-its-level
  2. Envoys from Syria return to Geneva for talks
     The delegations arrive on Monday and meet the mediator on Tuesday.
     Harbour Wire · news.example · Mon 05:30
     also covered by 1: The Courier
     https://news.example/envoys-from-syria-return-to-geneva-for-talks
IRAN (3 stories)
  3. Iran and its neighbours agree on river flow
     Five ministries sign a plan on the shared river.
     Harbour Wire · news.example · 04:30
     https://news.example/iran-and-its-neighbours-agree-on-river-flow
  4. Tehran court frees two engineers
     A court in Tehran frees two engineers on bail.
     The Courier · news.example · Mon 06:30
     https://news.example/tehran-court-frees-two-engineers
  5. Iran opens a new rail link to the Caspian coast
     The line carries freight from the summer on, the ministry says.
     Harbour Wire · news.example · Mon 04:30
     https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast
Unsubscribe:
unsubscribe
You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.
To e-mail a story, open the link under its number:
1.
mailto:?subject=Damascus%20reservoir%20reaches%20half%20its%20level&body=Damascus%20reservoir%20reaches%20half%20its%20level%0D%0A%0D%0ARain%20fills%20the%20reservoir%20near%20Damascus%20to%20half%20of%20its%20level.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fdamascus-reservoir-reaches-half-its-level
2.
mailto:?subject=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks&body=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks%0D%0A%0D%0AThe%20delegations%20arrive%20on%20Monday%20and%20meet%20the%20mediator%20on%20Tuesday.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fenvoys-from-syria-return-to-geneva-for-talks
3.
mailto:?subject=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow&body=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow%0D%0A%0D%0AFive%20ministries%20sign%20a%20plan%20on%20the%20shared%20river.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-and-its-neighbours-agree-on-river-flow
4.
mailto:?subject=Tehran%20court%20frees%20two%20engineers&body=Tehran%20court%20frees%20two%20engineers%0D%0A%0D%0AA%20court%20in%20Tehran%20frees%20two%20engineers%20on%20bail.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Ftehran-court-frees-two-engineers
5.
mailto:?subject=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast&body=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast%0D%0A%0D%0AThe%20line%20carries%20freight%20from%20the%20summer%20on%2C%20the%20ministry%20says.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-opens-a-new-rail-link-to-the-caspian-coast
', '<!DOCTYPE html><html lang="en" dir="ltr" style="color-scheme:light dark;supported-color-schemes:light dark"><head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="format-detection" content="telephone=no, date=no, address=no, email=no">
<title>Damascus reservoir reaches half its level + 4 more stories</title>
<style>
:root { color-scheme: light dark; supported-color-schemes: light dark; }
@media (min-width: 640px) {
.canvas { padding-top: 16px !important; padding-bottom: 32px !important; }
}
@media (max-width: 480px) {
.top, .masthead, .jump, .section, .footer { padding-left: 18px !important; padding-right: 18px !important; }
.jump { padding-top: 4px !important; padding-bottom: 4px !important; }
.footer { padding-top: 12px !important; }
.ways { margin-bottom: 2px !important; }
.number { width: 26px !important; }
h1 { font-size: 30px !important; line-height: 34px !important; }
.story { padding-top: 10px !important; padding-bottom: 10px !important; }
.headline { display: block !important; padding: 8px 0 !important; }
.line { margin-top: 0 !important; }
.share { margin-top: 0 !important; }
.share a, .ways a, .jumps a, .more a { display: inline-block !important; padding: 10px 0 !important; }
.facts a, .top a { padding: 13px 0 !important; }
}
@media (prefers-color-scheme: dark) {
.ink { color: #f0eeea !important; }
.body { color: #cfd2d6 !important; }
.meta { color: #a3a8af !important; }
.link { color: #8cbcf2 !important; }
.topic1 { color: #74c9a3 !important; }
.topic2 { color: #eda07c !important; }
.topic3 { color: #c3a6ec !important; }
.topic4 { color: #7cc7d9 !important; }
.topic5 { color: #f09bbd !important; }
.topic6 { color: #d5c36c !important; }
.canvas { background-color: #0f1113 !important; }
.paper { background-color: #191c1f !important; }
.jump, .next, .footer { border-color: #34393e !important; }
.masthead { border-color: #f0eeea !important; }
}
</style>
<!--[if mso]><style>td, p, a, b, h2 { font-family: Arial, sans-serif; } h1, h3, h3 a { font-family: Georgia, serif; }</style><![endif]-->
</head>
<body class="canvas" style="margin:0;padding:0;background-color:#f3f1ec">
<div class="preheader" style="display:none">Iran and its neighbours agree on river flow · Envoys from Syria return to Geneva for talks · Tehran court frees two engineers · Iran opens…</div>
<div lang="en" dir="ltr">
<!--[if mso]><table role="presentation" width="600" align="center" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
<table class="sheet" role="presentation" border="0" width="100%" align="center" cellpadding="0" cellspacing="0" style="max-width:600px;margin:0 auto;table-layout:fixed;word-wrap:break-word;word-break:break-word;font-family:Segoe UI, Roboto, Helvetica, Arial, sans-serif">
<tbody><tr><td class="top meta" style="color:#5c6067;font-size:13px;line-height:20px;padding:10px 32px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0"><tbody><tr>
<td class="meta" style="color:#5c6067">Morning edition&nbsp;· 3 days to 08:30&nbsp;CET</td>
</tr></tbody></table>
</td></tr>
<tr><td class="masthead paper" style="background-color:#ffffff;padding:26px 32px 20px;border-top:4px solid #1b1c1e">
<h1 class="ink" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-size:34px;line-height:38px;font-weight:bold;color:#1b1c1e">Test Watch</h1>
<p class="date body" style="margin:8px 0 0;color:#3a3d42;font-size:16px;line-height:24px">Tuesday, 3 March 2026</p>
<p class="counts meta" style="margin:2px 0 0;color:#5c6067;font-size:13px;line-height:20px">5 stories from 6 reports in 2 sources&nbsp;· 1&nbsp;min&nbsp;read</p>
</td></tr>
<tr><td class="jump paper" style="background-color:#ffffff;padding:14px 32px;border-top:1px solid #dedad2;border-bottom:1px solid #dedad2">
<p class="jumps meta" style="margin:0;color:#5c6067;font-size:13px;line-height:20px"><a class="topic1" href="#t1" style="color:#1d6a4b;font-weight:bold;text-decoration:none">Syria</a>&nbsp;2 &nbsp;·&nbsp; <a class="topic2" href="#t2" style="color:#8c3a16;font-weight:bold;text-decoration:none">Iran</a>&nbsp;3</p>
</td></tr>
<tr><td class="section paper" style="background-color:#ffffff;padding:30px 32px 4px">
<h2 class="topic1" dir="ltr" id="t1" style="margin:0;padding:0 0 8px;border-bottom:2px solid;font-size:20px;line-height:26px;font-weight:bold;color:#1d6a4b">Syria &nbsp;<span class="count meta" style="color:#5c6067;font-size:13px;line-height:20px;font-weight:normal">2&nbsp;stories</span></h2>
<table class="stories" role="presentation" border="0" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed">
<tbody><tr>
<td class="number topic1 beside-lead" valign="top" width="34" style="color:#1d6a4b;font-size:13px;line-height:20px;padding:24px 0 0;font-weight:bold">1</td>
<td class="story" valign="top" style="padding:18px 0">
<h3 class="ink lead" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-weight:bold;color:#1b1c1e;font-size:24px;line-height:30px"><a class="ink headline" href="https://news.example/damascus-reservoir-reaches-half-its-level" style="color:#1b1c1e;text-decoration:none">Damascus reservoir reaches half its level</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">Rain fills the reservoir near Damascus to half of its level.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">Harbour Wire</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· 03:30</p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Damascus reservoir reaches half its level" href="mailto:?subject=Damascus%20reservoir%20reaches%20half%20its%20level&amp;body=Damascus%20reservoir%20reaches%20half%20its%20level%0D%0A%0D%0ARain%20fills%20the%20reservoir%20near%20Damascus%20to%20half%20of%20its%20level.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fdamascus-reservoir-reaches-half-its-level" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
<tr>
<td class="number topic1 next" valign="top" width="34" style="color:#1d6a4b;font-size:13px;line-height:20px;padding:21px 0 0;font-weight:bold;border-top:1px solid #dedad2">2</td>
<td class="story next" valign="top" style="padding:18px 0;border-top:1px solid #dedad2">
<h3 class="ink" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-size:19px;line-height:25px;font-weight:bold;color:#1b1c1e"><a class="ink headline" href="https://news.example/envoys-from-syria-return-to-geneva-for-talks" style="color:#1b1c1e;text-decoration:none">Envoys from Syria return to Geneva for talks</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">The delegations arrive on Monday and meet the mediator on Tuesday.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">Harbour Wire</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· Mon&nbsp;05:30<br>also covered by 1: <a class="meta" href="https://news.example/second-geneva" style="color:#5c6067">The Courier</a></p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Envoys from Syria return to Geneva for talks" href="mailto:?subject=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks&amp;body=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks%0D%0A%0D%0AThe%20delegations%20arrive%20on%20Monday%20and%20meet%20the%20mediator%20on%20Tuesday.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fenvoys-from-syria-return-to-geneva-for-talks" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
</tbody></table>
</td></tr>
<tr><td class="section paper" style="background-color:#ffffff;padding:30px 32px 4px">
<h2 class="topic2" dir="ltr" id="t2" style="margin:0;padding:0 0 8px;border-bottom:2px solid;font-size:20px;line-height:26px;font-weight:bold;color:#8c3a16">Iran &nbsp;<span class="count meta" style="color:#5c6067;font-size:13px;line-height:20px;font-weight:normal">3&nbsp;stories</span></h2>
<table class="stories" role="presentation" border="0" width="100%" cellpadding="0" cellspacing="0" style="table-layout:fixed">
<tbody><tr>
<td class="number topic2 beside-lead" valign="top" width="34" style="color:#8c3a16;font-size:13px;line-height:20px;padding:24px 0 0;font-weight:bold">3</td>
<td class="story" valign="top" style="padding:18px 0">
<h3 class="ink lead" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-weight:bold;color:#1b1c1e;font-size:24px;line-height:30px"><a class="ink headline" href="https://news.example/iran-and-its-neighbours-agree-on-river-flow" style="color:#1b1c1e;text-decoration:none">Iran and its neighbours agree on river flow</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">Five ministries sign a plan on the shared river.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">Harbour Wire</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· 04:30</p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Iran and its neighbours agree on river flow" href="mailto:?subject=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow&amp;body=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow%0D%0A%0D%0AFive%20ministries%20sign%20a%20plan%20on%20the%20shared%20river.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-and-its-neighbours-agree-on-river-flow" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
<tr>
<td class="number topic2 next" valign="top" width="34" style="color:#8c3a16;font-size:13px;line-height:20px;padding:21px 0 0;font-weight:bold;border-top:1px solid #dedad2">4</td>
<td class="story next" valign="top" style="padding:18px 0;border-top:1px solid #dedad2">
<h3 class="ink" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-size:19px;line-height:25px;font-weight:bold;color:#1b1c1e"><a class="ink headline" href="https://news.example/tehran-court-frees-two-engineers" style="color:#1b1c1e;text-decoration:none">Tehran court frees two engineers</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">A court in Tehran frees two engineers on bail.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">The Courier</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· Mon&nbsp;06:30</p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Tehran court frees two engineers" href="mailto:?subject=Tehran%20court%20frees%20two%20engineers&amp;body=Tehran%20court%20frees%20two%20engineers%0D%0A%0D%0AA%20court%20in%20Tehran%20frees%20two%20engineers%20on%20bail.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Ftehran-court-frees-two-engineers" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
<tr>
<td class="number topic2 next" valign="top" width="34" style="color:#8c3a16;font-size:13px;line-height:20px;padding:21px 0 0;font-weight:bold;border-top:1px solid #dedad2">5</td>
<td class="story next" valign="top" style="padding:18px 0;border-top:1px solid #dedad2">
<h3 class="ink" lang="en" dir="ltr" style="margin:0;font-family:Georgia, Times New Roman, Times, serif;font-size:19px;line-height:25px;font-weight:bold;color:#1b1c1e"><a class="ink headline" href="https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast" style="color:#1b1c1e;text-decoration:none">Iran opens a new rail link to the Caspian coast</a></h3>
<p class="line body" lang="en" dir="ltr" style="margin:6px 0 0;color:#3a3d42;font-size:16px;line-height:24px">The line carries freight from the summer on, the ministry says.</p>
<p class="facts meta" style="margin:8px 0 0;color:#5c6067;font-size:13px;line-height:20px"><b class="body" style="color:#3a3d42">Harbour Wire</b>&nbsp;· <span dir="ltr">news.example</span>&nbsp;· Mon&nbsp;04:30</p>
<p class="share" style="margin:4px 0 0;font-size:13px;line-height:20px"><a class="link" aria-label="E-mail this link: Iran opens a new rail link to the Caspian coast" href="mailto:?subject=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast&amp;body=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast%0D%0A%0D%0AThe%20line%20carries%20freight%20from%20the%20summer%20on%2C%20the%20ministry%20says.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-opens-a-new-rail-link-to-the-caspian-coast" style="color:#0b4a8f">E-mail this link</a></p>
</td></tr>
</tbody></table>
</td></tr>
<tr><td class="footer paper" style="background-color:#ffffff;padding:22px 32px 36px;border-top:1px solid #dedad2">
<p class="ways meta" style="margin:0 0 12px;color:#5c6067;font-size:14px;line-height:20px;font-weight:bold">
<a class="link" href="unsubscribe" style="color:#0b4a8f">Unsubscribe</a></p>
<p class="small meta" style="margin:6px 0 0;color:#5c6067;font-size:13px;line-height:20px">You get this because address is subscribed to Syria and Iransince:en. No opens or clicks are tracked.</p>
</td></tr>
</tbody></table>
<!--[if mso]></td></tr></table><![endif]-->
</div>
</body></html>');
INSERT INTO public.events VALUES
	('53cfc06652973fbe', '2026-03-02 07:30:00+00', 'suppressed', '7f1804c0b12b545c', 'unsubscribed: wrote to the desk'),
	('164aaecd500067f1', '2026-03-03 07:30:00+00', 'breaker-open', 'relay', 'the relay refused 5 messages in a row: 550 no');
INSERT INTO public.feeds VALUES
	('courier', 'http://127.0.0.1:38597/two', NULL, 'The Courier', NULL, NULL, '23c19c800d00c470977cc5d59b94866a', '2026-03-02 06:30:00+00', '2026-03-03 04:30:00+00', '2026-03-02 06:30:00+00', '2026-03-02 06:30:00+00', '2026-03-03 04:48:12.095865+00', 1080, 'null', NULL, NULL, 0, NULL, NULL, false, false, false),
	('harbour', 'http://127.0.0.1:38597/one', NULL, 'Harbour Wire', NULL, NULL, '401ac27c79b66ccaef148cf4ca2b7274', '2026-03-02 06:30:00+00', '2026-03-03 04:30:00+00', '2026-03-03 04:30:00+00', '2026-03-03 04:30:00+00', '2026-03-03 04:37:51.754272+00', 450, 'null', NULL, NULL, 0, NULL, NULL, false, false, false);
INSERT INTO public.items VALUES
	(8168118099219226262, 'harbour', 'aleppo-bakery-reopens-after-four-years', 'Aleppo bakery reopens after four years', 'https://news.example/aleppo-bakery-reopens-after-four-years', 'Bread queues shorten in the old town.', '', '2026-02-27 18:30:00+00', '2026-03-02 06:30:00+00', NULL, '[]', 'Harbour Wire', '', '[]', true, NULL, NULL, 8168118099219226262),
	(6789553840939654759, 'harbour', 'iran-opens-a-new-rail-link-to-the-caspian-coast', 'Iran opens a new rail link to the Caspian coast', 'https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast', 'The line carries freight from the summer on, the ministry says.', '', '2026-03-02 03:30:00+00', '2026-03-02 06:30:00+00', NULL, '[]', 'Harbour Wire', '', '[]', false, NULL, NULL, 6789553840939654759),
	(7351416855402864290, 'harbour', 'envoys-from-syria-return-to-geneva-for-talks', 'Envoys from Syria return to Geneva for talks', 'https://news.example/envoys-from-syria-return-to-geneva-for-talks', 'The delegations arrive on Monday and meet the mediator on Tuesday.', '', '2026-03-02 04:30:00+00', '2026-03-02 06:30:00+00', NULL, '[]', 'Harbour Wire', '', '[]', false, NULL, NULL, 7351416855402864290),
	(6268238647675862286, 'courier', 'second-geneva', 'Envoys from Syria return to Geneva talks as mediator waits', 'https://news.example/second-geneva', 'The mediator meets both delegations on Tuesday, his office says.', '', '2026-03-02 05:30:00+00', '2026-03-02 06:30:00+00', NULL, '[]', 'The Courier', '', '[]', false, NULL, NULL, 7351416855402864290),
	(7731964847028483580, 'courier', 'tehran-court-frees-two-engineers', 'Tehran court frees two engineers', 'https://news.example/tehran-court-frees-two-engineers', 'A court in Tehran frees two engineers on bail.', '', '2026-03-02 05:30:00+00', '2026-03-02 06:30:00+00', NULL, '[]', 'The Courier', '', '[]', false, NULL, NULL, 7731964847028483580),
	(5650736540469810782, 'harbour', 'damascus-reservoir-reaches-half-its-level', 'Damascus reservoir reaches half its level', 'https://news.example/damascus-reservoir-reaches-half-its-level', 'Rain fills the reservoir near Damascus to half of its level.', '', '2026-03-03 02:30:00+00', '2026-03-03 04:30:00+00', NULL, '[]', 'Harbour Wire', '', '[]', false, NULL, NULL, 5650736540469810782),
	(7424549659816834240, 'harbour', 'iran-and-its-neighbours-agree-on-river-flow', 'Iran and its neighbours agree on river flow', 'https://news.example/iran-and-its-neighbours-agree-on-river-flow', 'Five ministries sign a plan on the shared river.', '', '2026-03-03 03:30:00+00', '2026-03-03 04:30:00+00', NULL, '[]', 'Harbour Wire', '', '[]', false, NULL, NULL, 7424549659816834240);
INSERT INTO public.matches VALUES
	(8168118099219226262, 'syria', 1, '[{"term": "Aleppo", "text": "Aleppo", "field": "title", "weight": 1.0, "where": ""}]'),
	(6789553840939654759, 'iran', 1, '[{"term": "Iran", "text": "Iran", "field": "title", "weight": 1.0, "where": ""}]'),
	(7351416855402864290, 'syria', 1, '[{"term": "Syria*", "text": "Syria", "field": "title", "weight": 1.0, "where": ""}]'),
	(6268238647675862286, 'syria', 1, '[{"term": "Syria*", "text": "Syria", "field": "title", "weight": 1.0, "where": ""}]'),
	(7731964847028483580, 'iran', 1.06, '[{"term": "Tehran", "text": "Tehran", "field": "title", "weight": 1.06, "where": ""}]'),
	(5650736540469810782, 'syria', 1.06, '[{"term": "Damascus", "text": "Damascus", "field": "title", "weight": 1.06, "where": ""}]'),
	(7424549659816834240, 'iran', 1, '[{"term": "Iran", "text": "Iran", "field": "title", "weight": 1.0, "where": ""}]');
INSERT INTO public.meta VALUES
	('key:forgotten', 'MFW8bxc4K+69GNUj5LzWpYPEcCl5WWNz+Eay8v4nB5g='),
	('topics', '525fbaf09bf724e5852b1bc13015d7ec'),
	('key:message', '7dTL6McHrldZFeZ37vOEFlgFq7/gVv03EXPu2Xw8Sms=');
INSERT INTO public.seen VALUES
	('courier', 'second-geneva', 6268238647675862286, 'dd3567600e5e7886', '02352360fbf63234', '2026-03-02 06:30:00+00'),
	('courier', 'tehran-court-frees-two-engineers', 7731964847028483580, 'f5a8563fe9ea6d5b', '4da9a56c385ce123', '2026-03-02 06:30:00+00'),
	('harbour', 'aleppo-bakery-reopens-after-four-years', 8168118099219226262, 'a13b6a9651ce0c8f', 'ace52074f83b9f2b', '2026-03-02 06:30:00+00'),
	('harbour', 'envoys-from-syria-return-to-geneva-for-talks', 7351416855402864290, 'dc0ec202414ccdcc', 'f01f55fb89374d51', '2026-03-03 04:30:00+00'),
	('harbour', 'iran-opens-a-new-rail-link-to-the-caspian-coast', 6789553840939654759, '28aac491ac24bacb', 'd23e5d821a0acd7d', '2026-03-03 04:30:00+00'),
	('harbour', 'damascus-reservoir-reaches-half-its-level', 5650736540469810782, '7fe8e93344b886c9', 'cdd1786e3f1996d8', '2026-03-03 04:30:00+00'),
	('harbour', 'iran-and-its-neighbours-agree-on-river-flow', 7424549659816834240, '2c0a13c02d268754', '02133395328752a2', '2026-03-03 04:30:00+00');
INSERT INTO public.stories VALUES
	(8168118099219226262, 1, '2026-03-02 06:30:00+00', '2026-03-02 06:30:00+00', NULL),
	(6789553840939654759, 1, '2026-03-02 06:30:00+00', '2026-03-02 06:30:00+00', NULL),
	(7351416855402864290, 2, '2026-03-02 06:30:00+00', '2026-03-02 06:30:00+00', NULL),
	(7731964847028483580, 1, '2026-03-02 06:30:00+00', '2026-03-02 06:30:00+00', NULL),
	(5650736540469810782, 1, '2026-03-03 04:30:00+00', '2026-03-03 04:30:00+00', NULL),
	(7424549659816834240, 1, '2026-03-03 04:30:00+00', '2026-03-03 04:30:00+00', NULL);
INSERT INTO public.subscribers VALUES
	('7f1804c0b12b545c', 'dee@list.example', '2026-03-01 06:30:00+00', '2026-03-02 07:30:00+00', '2026-03-02 07:00:00+00', true, 'unsubscribed', '2026-03-02 07:30:00+00', 'wrote to the desk', 0, NULL),
	('a14ea1f4340dec05', 'ana@list.example', '2026-03-01 06:30:00+00', '2026-03-03 07:30:00+00', '2026-03-03 07:00:00+00', true, NULL, NULL, NULL, 0, NULL),
	('0872314d6c761b92', 'cy@list.example', '2026-03-01 06:30:00+00', '2026-03-03 07:30:00+00', '2026-03-03 07:00:00+00', true, NULL, NULL, NULL, 0, NULL),
	('8bea6ee9ff5ea42c', 'flo@list.example', '2026-03-01 06:30:00+00', '2026-03-03 07:30:00+00', '2026-03-03 07:00:00+00', true, NULL, NULL, NULL, 0, NULL),
	('acf0d14d4eb5957a', 'gus@list.example', '2026-03-01 06:30:00+00', '2026-03-03 07:30:00+00', '2026-03-03 07:00:00+00', true, NULL, NULL, NULL, 0, NULL),
	('c3e756534456142f', 'bo@list.example', '2026-03-01 06:30:00+00', '2026-03-03 07:30:00+00', '2026-03-03 07:00:00+00', true, NULL, NULL, NULL, 0, NULL),
	('485711964c730d60', 'eve@list.example', '2026-03-01 06:30:00+00', '2026-03-03 07:30:00+00', '2026-03-03 07:00:00+00', true, NULL, NULL, NULL, 0, NULL);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT pk_deliveries PRIMARY KEY (id);
ALTER TABLE ONLY public.edition_stories
    ADD CONSTRAINT pk_edition_stories PRIMARY KEY (edition, story);
ALTER TABLE ONLY public.editions
    ADD CONSTRAINT pk_editions PRIMARY KEY (id);
ALTER TABLE ONLY public.events
    ADD CONSTRAINT pk_events PRIMARY KEY (id);
ALTER TABLE ONLY public.feeds
    ADD CONSTRAINT pk_feeds PRIMARY KEY (id);
ALTER TABLE ONLY public.items
    ADD CONSTRAINT pk_items PRIMARY KEY (id);
ALTER TABLE ONLY public.lines
    ADD CONSTRAINT pk_lines PRIMARY KEY (key);
ALTER TABLE ONLY public.matches
    ADD CONSTRAINT pk_matches PRIMARY KEY (item, topic);
ALTER TABLE ONLY public.meta
    ADD CONSTRAINT pk_meta PRIMARY KEY (key);
ALTER TABLE ONLY public.seen
    ADD CONSTRAINT pk_seen PRIMARY KEY (feed, key);
ALTER TABLE ONLY public.stories
    ADD CONSTRAINT pk_stories PRIMARY KEY (id);
ALTER TABLE ONLY public.subscribers
    ADD CONSTRAINT pk_subscribers PRIMARY KEY (id);
ALTER TABLE ONLY public.deliveries
    ADD CONSTRAINT uq_deliveries_subscriber_kind_slot UNIQUE (subscriber, kind, slot);
ALTER TABLE ONLY public.subscribers
    ADD CONSTRAINT uq_subscribers_address UNIQUE (address);
CREATE INDEX ix_deliveries_edition ON public.deliveries USING btree (edition);
CREATE INDEX ix_deliveries_open ON public.deliveries USING btree (next_try) WHERE ((state)::text = ANY ((ARRAY['pending'::character varying, 'deferred'::character varying, 'offered'::character varying])::text[]));
CREATE INDEX ix_edition_stories_story ON public.edition_stories USING btree (story);
CREATE INDEX ix_events_at ON public.events USING btree (at);
CREATE INDEX ix_feeds_next_poll ON public.feeds USING btree (next_poll);
CREATE INDEX ix_items_first_seen ON public.items USING btree (first_seen);
CREATE INDEX ix_items_link_feed ON public.items USING btree (link, feed);
CREATE INDEX ix_items_published ON public.items USING btree (published);
CREATE INDEX ix_items_story ON public.items USING btree (story);
CREATE INDEX ix_items_ungathered ON public.items USING btree (id) WHERE (story IS NULL);
CREATE INDEX ix_lines_written ON public.lines USING btree (written);
CREATE INDEX ix_matches_topic ON public.matches USING btree (topic);
CREATE INDEX ix_seen_feed_last_shown ON public.seen USING btree (feed, last_shown);
CREATE INDEX ix_stories_moved ON public.stories USING btree (moved);
