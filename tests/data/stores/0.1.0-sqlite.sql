BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE deliveries (
	id VARCHAR NOT NULL, 
	subscriber VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	slot DATETIME NOT NULL, 
	edition VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	attempts INTEGER NOT NULL, 
	next_try DATETIME, 
	stale_after DATETIME, 
	message_id TEXT, 
	via VARCHAR, 
	reply_code INTEGER, 
	reply TEXT, 
	created DATETIME NOT NULL, 
	offered DATETIME, 
	changed DATETIME NOT NULL, 
	owner VARCHAR, 
	leased_until FLOAT, 
	fence INTEGER NOT NULL, 
	CONSTRAINT pk_deliveries PRIMARY KEY (id), 
	CONSTRAINT uq_deliveries_subscriber_kind_slot UNIQUE (subscriber, kind, slot)
);
INSERT INTO "deliveries" VALUES('b77f1c93f778e635','07122854560d98ab','scheduled','2026-03-02 07:00:00.000000','28f10e8fc7b4739edc03456e98536175','accepted',1,'2026-03-02 07:30:00.000000','2026-03-03 07:00:00.000000','<97742507abd38122a79fc2d0744f7366@digest.example>','smtp',250,'queued','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('b66af9276bc5c812','2948b69a62e4357a','scheduled','2026-03-02 07:00:00.000000','28f10e8fc7b4739edc03456e98536175','unsure',1,'2026-03-02 07:30:00.000000','2026-03-03 07:00:00.000000','<0f40c5977a05f7256c825c8fd31ef2ff@digest.example>','smtp',NULL,'the program ended before the server''s reply','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('0913423285b07104','530a22bdb752f506','scheduled','2026-03-02 07:00:00.000000','28f10e8fc7b4739edc03456e98536175','failed',1,'2026-03-02 07:30:00.000000','2026-03-03 07:00:00.000000','<c9fd120f485f6f9f7e30de80a411c261@digest.example>','smtp',554,'refused','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('feb85c52bcf3d149','6ddd413531897bd1','scheduled','2026-03-02 07:00:00.000000','28f10e8fc7b4739edc03456e98536175','accepted',1,'2026-03-02 07:30:00.000000','2026-03-03 07:00:00.000000','<dc581d7453b5bf4a75617d4770c9f1b2@digest.example>','smtp',250,'queued','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('8af285c6371efeea','ce0a21184cb1f3a7','scheduled','2026-03-02 07:00:00.000000','28f10e8fc7b4739edc03456e98536175','deferred',1,'2026-03-03 13:30:00.000000','2026-03-03 07:00:00.000000','<2701deba1c67f929a0425c201ee7a874@digest.example>','smtp',451,'try again later','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('cf17f2f530b33b38','ddf0ba2e8258060f','scheduled','2026-03-02 07:00:00.000000','28f10e8fc7b4739edc03456e98536175','suppressed',0,'2026-03-02 07:30:00.000000','2026-03-03 07:00:00.000000',NULL,NULL,NULL,NULL,'2026-03-02 07:30:00.000000',NULL,'2026-03-02 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('d93378c55d3492cf','79365fe5ddbc2748','scheduled','2026-03-02 07:00:00.000000','f4b5517d63412d211b16e71dbcc3a824','accepted',1,'2026-03-02 07:30:00.000000','2026-03-03 07:00:00.000000','<bd3bcc8a213fbcdbcc09820b52e483a7@digest.example>','smtp',250,'queued','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000','2026-03-02 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('32eb1ec363a0e0e2','07122854560d98ab','scheduled','2026-03-03 07:00:00.000000','7e952171211b6b1fc20e6c85c86b49e7','unsure',1,'2026-03-03 07:30:00.000000','2026-03-04 07:00:00.000000','<f4d8704e4a760120abb271e565a58f13@digest.example>','smtp',NULL,'the program ended before the server''s reply','2026-03-03 07:30:00.000000','2026-03-03 07:30:00.000000','2026-03-03 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('ba8278cd3c57122f','2948b69a62e4357a','scheduled','2026-03-03 07:00:00.000000','7e952171211b6b1fc20e6c85c86b49e7','accepted',1,'2026-03-03 07:30:00.000000','2026-03-04 07:00:00.000000','<7d5798e0b835e60afc59076464dbec6a@digest.example>','smtp',250,'queued','2026-03-03 07:30:00.000000','2026-03-03 07:30:00.000000','2026-03-03 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('c203ed21af1a9adc','6ddd413531897bd1','scheduled','2026-03-03 07:00:00.000000','7e952171211b6b1fc20e6c85c86b49e7','pending',0,'2026-03-03 07:30:00.000000','2026-03-04 07:00:00.000000',NULL,NULL,NULL,NULL,'2026-03-03 07:30:00.000000',NULL,'2026-03-03 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('dd86ba57627b10d9','79365fe5ddbc2748','scheduled','2026-03-03 07:00:00.000000','2a6161ca4ed93ffb1f3628f500d18738','pending',0,'2026-03-03 07:30:00.000000','2026-03-04 07:00:00.000000',NULL,NULL,NULL,NULL,'2026-03-03 07:30:00.000000',NULL,'2026-03-03 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('ef39d63ff70858cd','530a22bdb752f506','scheduled','2026-03-03 07:00:00.000000','d4cd531fb52e220ee54c3eaac6e4fc91','accepted',1,'2026-03-03 07:30:00.000000','2026-03-04 07:00:00.000000','<3e18cbb94a2eaca21ca66f39a4c725be@digest.example>','smtp',250,'queued','2026-03-03 07:30:00.000000','2026-03-03 07:30:00.000000','2026-03-03 07:30:00.000000',NULL,NULL,1);
INSERT INTO "deliveries" VALUES('8c39f61e51cd069e','ce0a21184cb1f3a7','scheduled','2026-03-03 07:00:00.000000','d4cd531fb52e220ee54c3eaac6e4fc91','pending',0,'2026-03-03 07:30:00.000000','2026-03-04 07:00:00.000000',NULL,NULL,NULL,NULL,'2026-03-03 07:30:00.000000',NULL,'2026-03-03 07:30:00.000000',NULL,NULL,1);
CREATE TABLE edition_stories (
	edition VARCHAR NOT NULL, 
	story BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	CONSTRAINT pk_edition_stories PRIMARY KEY (edition, story)
);
INSERT INTO "edition_stories" VALUES('28f10e8fc7b4739edc03456e98536175',7351416855402864290,2);
INSERT INTO "edition_stories" VALUES('28f10e8fc7b4739edc03456e98536175',7731964847028483580,1);
INSERT INTO "edition_stories" VALUES('28f10e8fc7b4739edc03456e98536175',6789553840939654759,1);
INSERT INTO "edition_stories" VALUES('f4b5517d63412d211b16e71dbcc3a824',7351416855402864290,2);
INSERT INTO "edition_stories" VALUES('f4b5517d63412d211b16e71dbcc3a824',7731964847028483580,1);
INSERT INTO "edition_stories" VALUES('f4b5517d63412d211b16e71dbcc3a824',6789553840939654759,1);
INSERT INTO "edition_stories" VALUES('7e952171211b6b1fc20e6c85c86b49e7',5650736540469810782,1);
INSERT INTO "edition_stories" VALUES('7e952171211b6b1fc20e6c85c86b49e7',7424549659816834240,1);
INSERT INTO "edition_stories" VALUES('2a6161ca4ed93ffb1f3628f500d18738',5650736540469810782,1);
INSERT INTO "edition_stories" VALUES('2a6161ca4ed93ffb1f3628f500d18738',7424549659816834240,1);
INSERT INTO "edition_stories" VALUES('d4cd531fb52e220ee54c3eaac6e4fc91',5650736540469810782,1);
INSERT INTO "edition_stories" VALUES('d4cd531fb52e220ee54c3eaac6e4fc91',7351416855402864290,2);
INSERT INTO "edition_stories" VALUES('d4cd531fb52e220ee54c3eaac6e4fc91',7424549659816834240,1);
INSERT INTO "edition_stories" VALUES('d4cd531fb52e220ee54c3eaac6e4fc91',7731964847028483580,1);
INSERT INTO "edition_stories" VALUES('d4cd531fb52e220ee54c3eaac6e4fc91',6789553840939654759,1);
CREATE TABLE editions (
	id VARCHAR NOT NULL, 
	created DATETIME NOT NULL, 
	window_start DATETIME NOT NULL, 
	window_end DATETIME NOT NULL, 
	by_published BOOLEAN NOT NULL, 
	subject TEXT NOT NULL, 
	content JSON NOT NULL, 
	text TEXT NOT NULL, 
	html TEXT, 
	CONSTRAINT pk_editions PRIMARY KEY (id)
);
INSERT INTO "editions" VALUES('28f10e8fc7b4739edc03456e98536175','2026-03-02 07:30:00.000000','2026-02-28 07:00:00.000000','2026-03-02 07:30:00.000000',0,'Envoys from Syria return to Geneva for talks + 2 more stories','{"id": "28f10e8fc7b4739edc03456e98536175", "title": "Test Watch", "link": "", "format": "html", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-02-28T07:00:00+00:00", "end": "2026-03-02T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 7351416855402864290, "version": 2, "number": 1, "title": "Envoys from Syria return to Geneva for talks", "line": "The delegations arrive on Monday and meet the mediator on Tuesday.", "link": "https://news.example/envoys-from-syria-return-to-geneva-for-talks", "source": "Harbour Wire", "published": "2026-03-02T04:30:00+00:00", "language": "", "also": [{"source": "The Courier", "link": "https://news.example/second-geneva"}], "sources": 2, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.084], ["freshness", 0.168], ["novelty", 0.1]]}], "total": 1}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7731964847028483580, "version": 1, "number": 2, "title": "Tehran court frees two engineers", "line": "A court in Tehran frees two engineers on bail.", "link": "https://news.example/tehran-court-frees-two-engineers", "source": "The Courier", "published": "2026-03-02T05:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.168], ["novelty", 0.1]]}, {"story": 6789553840939654759, "version": 1, "number": 3, "title": "Iran opens a new rail link to the Caspian coast", "line": "The line carries freight from the summer on, the ministry says.", "link": "https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast", "source": "Harbour Wire", "published": "2026-03-02T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}], "total": 2}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 4, "sources": 2}','Test Watch
Monday, 2 March 2026
Morning edition · 2 days to 08:30 CET
3 stories from 4 reports in 2 sources · 1 min read

* Syria 1
* Iran 2


SYRIA (1 story)
------------------------------------------------------------------------

  1. Envoys from Syria return to Geneva for talks

     The delegations arrive on Monday and meet the mediator on Tuesday.

     Harbour Wire · news.example · 05:30
     also covered by 1: The Courier
     https://news.example/envoys-from-syria-return-to-geneva-for-talks


IRAN (2 stories)
------------------------------------------------------------------------

  2. Tehran court frees two engineers

     A court in Tehran frees two engineers on bail.

     The Courier · news.example · 06:30
     https://news.example/tehran-court-frees-two-engineers

  3. Iran opens a new rail link to the Caspian coast

     The line carries freight from the summer on, the ministry says.

     Harbour Wire · news.example · 04:30
     https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast


------------------------------------------------------------------------
Unsubscribe:
unsubscribe

You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.


To e-mail a story, open the link under its number:
------------------------------------------------------------------------

1.
mailto:?subject=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks&body=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks%0D%0A%0D%0AThe%20delegations%20arrive%20on%20Monday%20and%20meet%20the%20mediator%20on%20Tuesday.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fenvoys-from-syria-return-to-geneva-for-talks

2.
mailto:?subject=Tehran%20court%20frees%20two%20engineers&body=Tehran%20court%20frees%20two%20engineers%0D%0A%0D%0AA%20court%20in%20Tehran%20frees%20two%20engineers%20on%20bail.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Ftehran-court-frees-two-engineers

3.
mailto:?subject=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast&body=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast%0D%0A%0D%0AThe%20line%20carries%20freight%20from%20the%20summer%20on%2C%20the%20ministry%20says.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-opens-a-new-rail-link-to-the-caspian-coast
','<!DOCTYPE html><html lang="en" dir="ltr" style="color-scheme:light dark;supported-color-schemes:light dark"><head>
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


</body></html>');
INSERT INTO "editions" VALUES('f4b5517d63412d211b16e71dbcc3a824','2026-03-02 07:30:00.000000','2026-02-28 07:00:00.000000','2026-03-02 07:30:00.000000',0,'Envoys from Syria return to Geneva for talks + 2 more stories','{"id": "f4b5517d63412d211b16e71dbcc3a824", "title": "Test Watch", "link": "", "format": "text", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-02-28T07:00:00+00:00", "end": "2026-03-02T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 7351416855402864290, "version": 2, "number": 1, "title": "Envoys from Syria return to Geneva for talks", "line": "The delegations arrive on Monday and meet the mediator on Tuesday.", "link": "https://news.example/envoys-from-syria-return-to-geneva-for-talks", "source": "Harbour Wire", "published": "2026-03-02T04:30:00+00:00", "language": "", "also": [{"source": "The Courier", "link": "https://news.example/second-geneva"}], "sources": 2, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.084], ["freshness", 0.168], ["novelty", 0.1]]}], "total": 1}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7731964847028483580, "version": 1, "number": 2, "title": "Tehran court frees two engineers", "line": "A court in Tehran frees two engineers on bail.", "link": "https://news.example/tehran-court-frees-two-engineers", "source": "The Courier", "published": "2026-03-02T05:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.168], ["novelty", 0.1]]}, {"story": 6789553840939654759, "version": 1, "number": 3, "title": "Iran opens a new rail link to the Caspian coast", "line": "The line carries freight from the summer on, the ministry says.", "link": "https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast", "source": "Harbour Wire", "published": "2026-03-02T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}], "total": 2}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 4, "sources": 2}','Test Watch
Monday, 2 March 2026
Morning edition · 2 days to 08:30 CET
3 stories from 4 reports in 2 sources · 1 min read

* Syria 1
* Iran 2


SYRIA (1 story)
------------------------------------------------------------------------

  1. Envoys from Syria return to Geneva for talks

     The delegations arrive on Monday and meet the mediator on Tuesday.

     Harbour Wire · news.example · 05:30
     also covered by 1: The Courier
     https://news.example/envoys-from-syria-return-to-geneva-for-talks


IRAN (2 stories)
------------------------------------------------------------------------

  2. Tehran court frees two engineers

     A court in Tehran frees two engineers on bail.

     The Courier · news.example · 06:30
     https://news.example/tehran-court-frees-two-engineers

  3. Iran opens a new rail link to the Caspian coast

     The line carries freight from the summer on, the ministry says.

     Harbour Wire · news.example · 04:30
     https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast


------------------------------------------------------------------------
Unsubscribe:
unsubscribe

You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.


To e-mail a story, open the link under its number:
------------------------------------------------------------------------

1.
mailto:?subject=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks&body=Envoys%20from%20Syria%20return%20to%20Geneva%20for%20talks%0D%0A%0D%0AThe%20delegations%20arrive%20on%20Monday%20and%20meet%20the%20mediator%20on%20Tuesday.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fenvoys-from-syria-return-to-geneva-for-talks

2.
mailto:?subject=Tehran%20court%20frees%20two%20engineers&body=Tehran%20court%20frees%20two%20engineers%0D%0A%0D%0AA%20court%20in%20Tehran%20frees%20two%20engineers%20on%20bail.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Ftehran-court-frees-two-engineers

3.
mailto:?subject=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast&body=Iran%20opens%20a%20new%20rail%20link%20to%20the%20Caspian%20coast%0D%0A%0D%0AThe%20line%20carries%20freight%20from%20the%20summer%20on%2C%20the%20ministry%20says.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-opens-a-new-rail-link-to-the-caspian-coast
',NULL);
INSERT INTO "editions" VALUES('7e952171211b6b1fc20e6c85c86b49e7','2026-03-03 07:30:00.000000','2026-03-02 07:30:00.000000','2026-03-03 07:30:00.000000',0,'Damascus reservoir reaches half its level + 1 more story','{"id": "7e952171211b6b1fc20e6c85c86b49e7", "title": "Test Watch", "link": "", "format": "html", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-03-02T07:30:00+00:00", "end": "2026-03-03T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 5650736540469810782, "version": 1, "number": 1, "title": "Damascus reservoir reaches half its level", "line": "Rain fills the reservoir near Damascus to half of its level.", "link": "https://news.example/damascus-reservoir-reaches-half-its-level", "source": "Harbour Wire", "published": "2026-03-03T02:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.13], ["novelty", 0.1]]}], "total": 1}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7424549659816834240, "version": 1, "number": 2, "title": "Iran and its neighbours agree on river flow", "line": "Five ministries sign a plan on the shared river.", "link": "https://news.example/iran-and-its-neighbours-agree-on-river-flow", "source": "Harbour Wire", "published": "2026-03-03T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}], "total": 1}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 2, "sources": 1}','Test Watch
Tuesday, 3 March 2026
Morning edition · 24 hours to 08:30 CET
2 stories from 2 reports in 1 source · 1 min read

* Syria 1
* Iran 1


SYRIA (1 story)
------------------------------------------------------------------------

  1. Damascus reservoir reaches half its level

     Rain fills the reservoir near Damascus to half of its level.

     Harbour Wire · news.example · 03:30
     https://news.example/damascus-reservoir-reaches-half-its-level


IRAN (1 story)
------------------------------------------------------------------------

  2. Iran and its neighbours agree on river flow

     Five ministries sign a plan on the shared river.

     Harbour Wire · news.example · 04:30
     https://news.example/iran-and-its-neighbours-agree-on-river-flow


------------------------------------------------------------------------
Unsubscribe:
unsubscribe

You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.


To e-mail a story, open the link under its number:
------------------------------------------------------------------------

1.
mailto:?subject=Damascus%20reservoir%20reaches%20half%20its%20level&body=Damascus%20reservoir%20reaches%20half%20its%20level%0D%0A%0D%0ARain%20fills%20the%20reservoir%20near%20Damascus%20to%20half%20of%20its%20level.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fdamascus-reservoir-reaches-half-its-level

2.
mailto:?subject=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow&body=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow%0D%0A%0D%0AFive%20ministries%20sign%20a%20plan%20on%20the%20shared%20river.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-and-its-neighbours-agree-on-river-flow
','<!DOCTYPE html><html lang="en" dir="ltr" style="color-scheme:light dark;supported-color-schemes:light dark"><head>
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


</body></html>');
INSERT INTO "editions" VALUES('2a6161ca4ed93ffb1f3628f500d18738','2026-03-03 07:30:00.000000','2026-03-02 07:30:00.000000','2026-03-03 07:30:00.000000',0,'Damascus reservoir reaches half its level + 1 more story','{"id": "2a6161ca4ed93ffb1f3628f500d18738", "title": "Test Watch", "link": "", "format": "text", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-03-02T07:30:00+00:00", "end": "2026-03-03T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 5650736540469810782, "version": 1, "number": 1, "title": "Damascus reservoir reaches half its level", "line": "Rain fills the reservoir near Damascus to half of its level.", "link": "https://news.example/damascus-reservoir-reaches-half-its-level", "source": "Harbour Wire", "published": "2026-03-03T02:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.13], ["novelty", 0.1]]}], "total": 1}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7424549659816834240, "version": 1, "number": 2, "title": "Iran and its neighbours agree on river flow", "line": "Five ministries sign a plan on the shared river.", "link": "https://news.example/iran-and-its-neighbours-agree-on-river-flow", "source": "Harbour Wire", "published": "2026-03-03T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}], "total": 1}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 2, "sources": 1}','Test Watch
Tuesday, 3 March 2026
Morning edition · 24 hours to 08:30 CET
2 stories from 2 reports in 1 source · 1 min read

* Syria 1
* Iran 1


SYRIA (1 story)
------------------------------------------------------------------------

  1. Damascus reservoir reaches half its level

     Rain fills the reservoir near Damascus to half of its level.

     Harbour Wire · news.example · 03:30
     https://news.example/damascus-reservoir-reaches-half-its-level


IRAN (1 story)
------------------------------------------------------------------------

  2. Iran and its neighbours agree on river flow

     Five ministries sign a plan on the shared river.

     Harbour Wire · news.example · 04:30
     https://news.example/iran-and-its-neighbours-agree-on-river-flow


------------------------------------------------------------------------
Unsubscribe:
unsubscribe

You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.


To e-mail a story, open the link under its number:
------------------------------------------------------------------------

1.
mailto:?subject=Damascus%20reservoir%20reaches%20half%20its%20level&body=Damascus%20reservoir%20reaches%20half%20its%20level%0D%0A%0D%0ARain%20fills%20the%20reservoir%20near%20Damascus%20to%20half%20of%20its%20level.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Fdamascus-reservoir-reaches-half-its-level

2.
mailto:?subject=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow&body=Iran%20and%20its%20neighbours%20agree%20on%20river%20flow%0D%0A%0D%0AFive%20ministries%20sign%20a%20plan%20on%20the%20shared%20river.%0D%0A%0D%0Ahttps%3A%2F%2Fnews.example%2Firan-and-its-neighbours-agree-on-river-flow
',NULL);
INSERT INTO "editions" VALUES('d4cd531fb52e220ee54c3eaac6e4fc91','2026-03-03 07:30:00.000000','2026-02-28 07:00:00.000000','2026-03-03 07:30:00.000000',0,'Damascus reservoir reaches half its level + 4 more stories','{"id": "d4cd531fb52e220ee54c3eaac6e4fc91", "title": "Test Watch", "link": "", "format": "html", "language": "en", "timezone": "Europe/Berlin", "window": {"start": "2026-02-28T07:00:00+00:00", "end": "2026-03-03T07:30:00+00:00"}, "sections": [{"topic": "syria", "title": "Syria", "stories": [{"story": 5650736540469810782, "version": 1, "number": 1, "title": "Damascus reservoir reaches half its level", "line": "Rain fills the reservoir near Damascus to half of its level.", "link": "https://news.example/damascus-reservoir-reaches-half-its-level", "source": "Harbour Wire", "published": "2026-03-03T02:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.13], ["novelty", 0.1]]}, {"story": 7351416855402864290, "version": 2, "number": 2, "title": "Envoys from Syria return to Geneva for talks", "line": "The delegations arrive on Monday and meet the mediator on Tuesday.", "link": "https://news.example/envoys-from-syria-return-to-geneva-for-talks", "source": "Harbour Wire", "published": "2026-03-02T04:30:00+00:00", "language": "", "also": [{"source": "The Courier", "link": "https://news.example/second-geneva"}], "sources": 2, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.084], ["freshness", 0.021], ["novelty", 0.1]]}], "total": 2}, {"topic": "iran", "title": "Iran", "stories": [{"story": 7424549659816834240, "version": 1, "number": 3, "title": "Iran and its neighbours agree on river flow", "line": "Five ministries sign a plan on the shared river.", "link": "https://news.example/iran-and-its-neighbours-agree-on-river-flow", "source": "Harbour Wire", "published": "2026-03-03T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.141], ["novelty", 0.1]]}, {"story": 7731964847028483580, "version": 1, "number": 4, "title": "Tehran court frees two engineers", "line": "A court in Tehran frees two engineers on bail.", "link": "https://news.example/tehran-court-frees-two-engineers", "source": "The Courier", "published": "2026-03-02T05:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.206], ["sources", 0.0], ["freshness", 0.021], ["novelty", 0.1]]}, {"story": 6789553840939654759, "version": 1, "number": 5, "title": "Iran opens a new rail link to the Caspian coast", "line": "The line carries freight from the summer on, the ministry says.", "link": "https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast", "source": "Harbour Wire", "published": "2026-03-02T03:30:00+00:00", "language": "", "also": [], "sources": 1, "tags": [], "updated": false, "rank": [["match", 0.2], ["sources", 0.0], ["freshness", 0.018], ["novelty", 0.1]]}], "total": 3}], "topics": ["syria", "iran"], "topic_titles": [["iran", "Iran"], ["syria", "Syria"]], "reports": 6, "sources": 2}','Test Watch
Tuesday, 3 March 2026
Morning edition · 3 days to 08:30 CET
5 stories from 6 reports in 2 sources · 1 min read

* Syria 2
* Iran 3


SYRIA (2 stories)
------------------------------------------------------------------------

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
------------------------------------------------------------------------

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


------------------------------------------------------------------------
Unsubscribe:
unsubscribe

You get this because
address
is subscribed to Syria and
Iransince:en.
No opens or clicks are tracked.


To e-mail a story, open the link under its number:
------------------------------------------------------------------------

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
','<!DOCTYPE html><html lang="en" dir="ltr" style="color-scheme:light dark;supported-color-schemes:light dark"><head>
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
CREATE TABLE events (
	id VARCHAR NOT NULL, 
	at DATETIME NOT NULL, 
	kind VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	text TEXT NOT NULL, 
	CONSTRAINT pk_events PRIMARY KEY (id)
);
INSERT INTO "events" VALUES('0eb68ee7381fea6a','2026-03-02 07:30:00.000000','suppressed','ddf0ba2e8258060f','unsubscribed: wrote to the desk');
INSERT INTO "events" VALUES('8136729ac1006904','2026-03-03 07:30:00.000000','breaker-open','relay','the relay refused 5 messages in a row: 550 no');
CREATE TABLE feeds (
	id VARCHAR NOT NULL, 
	url TEXT NOT NULL, 
	moved_to TEXT, 
	title TEXT NOT NULL, 
	etag TEXT, 
	last_modified TEXT, 
	body_hash VARCHAR, 
	first_polled DATETIME, 
	last_polled DATETIME, 
	last_changed DATETIME, 
	last_item DATETIME, 
	next_poll DATETIME, 
	interval FLOAT, 
	hints JSON, 
	not_before DATETIME, 
	failing_since DATETIME, 
	failures INTEGER NOT NULL, 
	error TEXT, 
	error_status INTEGER, 
	reported BOOLEAN NOT NULL, 
	gone BOOLEAN NOT NULL, 
	paused BOOLEAN NOT NULL, 
	CONSTRAINT pk_feeds PRIMARY KEY (id)
);
INSERT INTO "feeds" VALUES('courier','http://127.0.0.1:39339/two',NULL,'The Courier',NULL,NULL,'23c19c800d00c470977cc5d59b94866a','2026-03-02 06:30:00.000000','2026-03-03 04:30:00.000000','2026-03-02 06:30:00.000000','2026-03-02 06:30:00.000000','2026-03-03 04:48:12.095865',1080.0,'null',NULL,NULL,0,NULL,NULL,0,0,0);
INSERT INTO "feeds" VALUES('harbour','http://127.0.0.1:39339/one',NULL,'Harbour Wire',NULL,NULL,'401ac27c79b66ccaef148cf4ca2b7274','2026-03-02 06:30:00.000000','2026-03-03 04:30:00.000000','2026-03-03 04:30:00.000000','2026-03-03 04:30:00.000000','2026-03-03 04:37:51.754272',450.0,'null',NULL,NULL,0,NULL,NULL,0,0,0);
CREATE TABLE items (
	id BIGINT NOT NULL, 
	feed VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	title TEXT NOT NULL, 
	link TEXT NOT NULL, 
	summary TEXT NOT NULL, 
	body TEXT NOT NULL, 
	published DATETIME NOT NULL, 
	first_seen DATETIME NOT NULL, 
	updated DATETIME, 
	authors JSON NOT NULL, 
	publisher TEXT NOT NULL, 
	language VARCHAR NOT NULL, 
	categories JSON NOT NULL, 
	backlog BOOLEAN NOT NULL, 
	revised DATETIME, 
	retracted DATETIME, 
	story BIGINT, 
	CONSTRAINT pk_items PRIMARY KEY (id)
);
INSERT INTO "items" VALUES(6268238647675862286,'courier','second-geneva','Envoys from Syria return to Geneva talks as mediator waits','https://news.example/second-geneva','The mediator meets both delegations on Tuesday, his office says.','','2026-03-02 05:30:00.000000','2026-03-02 06:30:00.000000',NULL,'[]','The Courier','','[]',0,NULL,NULL,7351416855402864290);
INSERT INTO "items" VALUES(7731964847028483580,'courier','tehran-court-frees-two-engineers','Tehran court frees two engineers','https://news.example/tehran-court-frees-two-engineers','A court in Tehran frees two engineers on bail.','','2026-03-02 05:30:00.000000','2026-03-02 06:30:00.000000',NULL,'[]','The Courier','','[]',0,NULL,NULL,7731964847028483580);
INSERT INTO "items" VALUES(7351416855402864290,'harbour','envoys-from-syria-return-to-geneva-for-talks','Envoys from Syria return to Geneva for talks','https://news.example/envoys-from-syria-return-to-geneva-for-talks','The delegations arrive on Monday and meet the mediator on Tuesday.','','2026-03-02 04:30:00.000000','2026-03-02 06:30:00.000000',NULL,'[]','Harbour Wire','','[]',0,NULL,NULL,7351416855402864290);
INSERT INTO "items" VALUES(6789553840939654759,'harbour','iran-opens-a-new-rail-link-to-the-caspian-coast','Iran opens a new rail link to the Caspian coast','https://news.example/iran-opens-a-new-rail-link-to-the-caspian-coast','The line carries freight from the summer on, the ministry says.','','2026-03-02 03:30:00.000000','2026-03-02 06:30:00.000000',NULL,'[]','Harbour Wire','','[]',0,NULL,NULL,6789553840939654759);
INSERT INTO "items" VALUES(8168118099219226262,'harbour','aleppo-bakery-reopens-after-four-years','Aleppo bakery reopens after four years','https://news.example/aleppo-bakery-reopens-after-four-years','Bread queues shorten in the old town.','','2026-02-27 18:30:00.000000','2026-03-02 06:30:00.000000',NULL,'[]','Harbour Wire','','[]',1,NULL,NULL,8168118099219226262);
INSERT INTO "items" VALUES(5650736540469810782,'harbour','damascus-reservoir-reaches-half-its-level','Damascus reservoir reaches half its level','https://news.example/damascus-reservoir-reaches-half-its-level','Rain fills the reservoir near Damascus to half of its level.','','2026-03-03 02:30:00.000000','2026-03-03 04:30:00.000000',NULL,'[]','Harbour Wire','','[]',0,NULL,NULL,5650736540469810782);
INSERT INTO "items" VALUES(7424549659816834240,'harbour','iran-and-its-neighbours-agree-on-river-flow','Iran and its neighbours agree on river flow','https://news.example/iran-and-its-neighbours-agree-on-river-flow','Five ministries sign a plan on the shared river.','','2026-03-03 03:30:00.000000','2026-03-03 04:30:00.000000',NULL,'[]','Harbour Wire','','[]',0,NULL,NULL,7424549659816834240);
CREATE TABLE lines (
	"key" VARCHAR NOT NULL, 
	line TEXT NOT NULL, 
	written DATETIME NOT NULL, 
	CONSTRAINT pk_lines PRIMARY KEY ("key")
);
CREATE TABLE matches (
	item BIGINT NOT NULL, 
	topic VARCHAR NOT NULL, 
	score FLOAT NOT NULL, 
	matches JSON NOT NULL, 
	CONSTRAINT pk_matches PRIMARY KEY (item, topic)
);
INSERT INTO "matches" VALUES(8168118099219226262,'syria',1.0,'[{"term": "Aleppo", "text": "Aleppo", "field": "title", "weight": 1.0, "where": ""}]');
INSERT INTO "matches" VALUES(6789553840939654759,'iran',1.0,'[{"term": "Iran", "text": "Iran", "field": "title", "weight": 1.0, "where": ""}]');
INSERT INTO "matches" VALUES(7351416855402864290,'syria',1.0,'[{"term": "Syria*", "text": "Syria", "field": "title", "weight": 1.0, "where": ""}]');
INSERT INTO "matches" VALUES(6268238647675862286,'syria',1.0,'[{"term": "Syria*", "text": "Syria", "field": "title", "weight": 1.0, "where": ""}]');
INSERT INTO "matches" VALUES(7731964847028483580,'iran',1.06,'[{"term": "Tehran", "text": "Tehran", "field": "title", "weight": 1.06, "where": ""}]');
INSERT INTO "matches" VALUES(5650736540469810782,'syria',1.06,'[{"term": "Damascus", "text": "Damascus", "field": "title", "weight": 1.06, "where": ""}]');
INSERT INTO "matches" VALUES(7424549659816834240,'iran',1.0,'[{"term": "Iran", "text": "Iran", "field": "title", "weight": 1.0, "where": ""}]');
CREATE TABLE meta (
	"key" VARCHAR NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY ("key")
);
INSERT INTO "meta" VALUES('key:forgotten','XzsEDOY4gnZMZWjxuC3nqXxSAkO8cpbjgOTwpXvb16Y=');
INSERT INTO "meta" VALUES('topics','525fbaf09bf724e5852b1bc13015d7ec');
INSERT INTO "meta" VALUES('key:message','beCkGrso8tOuAfle+fwHgei8uKKH7NPV93+xUbvv4e4=');
CREATE TABLE seen (
	feed VARCHAR NOT NULL, 
	"key" VARCHAR NOT NULL, 
	item BIGINT NOT NULL, 
	fingerprint VARCHAR, 
	text_hash VARCHAR NOT NULL, 
	last_shown DATETIME NOT NULL, 
	CONSTRAINT pk_seen PRIMARY KEY (feed, "key")
);
INSERT INTO "seen" VALUES('courier','second-geneva',6268238647675862286,'dd3567600e5e7886','02352360fbf63234','2026-03-02 06:30:00.000000');
INSERT INTO "seen" VALUES('courier','tehran-court-frees-two-engineers',7731964847028483580,'f5a8563fe9ea6d5b','4da9a56c385ce123','2026-03-02 06:30:00.000000');
INSERT INTO "seen" VALUES('harbour','envoys-from-syria-return-to-geneva-for-talks',7351416855402864290,'dc0ec202414ccdcc','f01f55fb89374d51','2026-03-03 04:30:00.000000');
INSERT INTO "seen" VALUES('harbour','iran-opens-a-new-rail-link-to-the-caspian-coast',6789553840939654759,'28aac491ac24bacb','d23e5d821a0acd7d','2026-03-03 04:30:00.000000');
INSERT INTO "seen" VALUES('harbour','aleppo-bakery-reopens-after-four-years',8168118099219226262,'a13b6a9651ce0c8f','ace52074f83b9f2b','2026-03-02 06:30:00.000000');
INSERT INTO "seen" VALUES('harbour','damascus-reservoir-reaches-half-its-level',5650736540469810782,'7fe8e93344b886c9','cdd1786e3f1996d8','2026-03-03 04:30:00.000000');
INSERT INTO "seen" VALUES('harbour','iran-and-its-neighbours-agree-on-river-flow',7424549659816834240,'2c0a13c02d268754','02133395328752a2','2026-03-03 04:30:00.000000');
CREATE TABLE stories (
	id BIGINT NOT NULL, 
	version INTEGER NOT NULL, 
	created DATETIME NOT NULL, 
	moved DATETIME NOT NULL, 
	merged_into BIGINT, 
	CONSTRAINT pk_stories PRIMARY KEY (id)
);
INSERT INTO "stories" VALUES(8168118099219226262,1,'2026-03-02 06:30:00.000000','2026-03-02 06:30:00.000000',NULL);
INSERT INTO "stories" VALUES(6789553840939654759,1,'2026-03-02 06:30:00.000000','2026-03-02 06:30:00.000000',NULL);
INSERT INTO "stories" VALUES(7351416855402864290,2,'2026-03-02 06:30:00.000000','2026-03-02 06:30:00.000000',NULL);
INSERT INTO "stories" VALUES(7731964847028483580,1,'2026-03-02 06:30:00.000000','2026-03-02 06:30:00.000000',NULL);
INSERT INTO "stories" VALUES(5650736540469810782,1,'2026-03-03 04:30:00.000000','2026-03-03 04:30:00.000000',NULL);
INSERT INTO "stories" VALUES(7424549659816834240,1,'2026-03-03 04:30:00.000000','2026-03-03 04:30:00.000000',NULL);
CREATE TABLE subscribers (
	id VARCHAR NOT NULL, 
	address TEXT NOT NULL, 
	created DATETIME NOT NULL, 
	watermark DATETIME, 
	last_slot DATETIME, 
	listed BOOLEAN NOT NULL, 
	suppressed VARCHAR, 
	suppressed_at DATETIME, 
	suppressed_why TEXT, 
	soft_bounces FLOAT NOT NULL, 
	soft_bounced_at DATETIME, 
	CONSTRAINT pk_subscribers PRIMARY KEY (id), 
	CONSTRAINT uq_subscribers_address UNIQUE (address)
);
INSERT INTO "subscribers" VALUES('6ddd413531897bd1','ana@list.example','2026-03-01 06:30:00.000000','2026-03-03 07:30:00.000000','2026-03-03 07:00:00.000000',1,NULL,NULL,NULL,0.0,NULL);
INSERT INTO "subscribers" VALUES('ce0a21184cb1f3a7','bo@list.example','2026-03-01 06:30:00.000000','2026-03-03 07:30:00.000000','2026-03-03 07:00:00.000000',1,NULL,NULL,NULL,0.0,NULL);
INSERT INTO "subscribers" VALUES('2948b69a62e4357a','cy@list.example','2026-03-01 06:30:00.000000','2026-03-03 07:30:00.000000','2026-03-03 07:00:00.000000',1,NULL,NULL,NULL,0.0,NULL);
INSERT INTO "subscribers" VALUES('ddf0ba2e8258060f','dee@list.example','2026-03-01 06:30:00.000000','2026-03-02 07:30:00.000000','2026-03-02 07:00:00.000000',1,'unsubscribed','2026-03-02 07:30:00.000000','wrote to the desk',0.0,NULL);
INSERT INTO "subscribers" VALUES('530a22bdb752f506','eve@list.example','2026-03-01 06:30:00.000000','2026-03-03 07:30:00.000000','2026-03-03 07:00:00.000000',1,NULL,NULL,NULL,0.0,NULL);
INSERT INTO "subscribers" VALUES('07122854560d98ab','flo@list.example','2026-03-01 06:30:00.000000','2026-03-03 07:30:00.000000','2026-03-03 07:00:00.000000',1,NULL,NULL,NULL,0.0,NULL);
INSERT INTO "subscribers" VALUES('79365fe5ddbc2748','gus@list.example','2026-03-01 06:30:00.000000','2026-03-03 07:30:00.000000','2026-03-03 07:00:00.000000',1,NULL,NULL,NULL,0.0,NULL);
CREATE INDEX ix_deliveries_edition ON deliveries (edition);
CREATE INDEX ix_deliveries_open ON deliveries (next_try) WHERE state IN ('pending', 'deferred', 'offered');
CREATE INDEX ix_edition_stories_story ON edition_stories (story);
CREATE INDEX ix_events_at ON events (at);
CREATE INDEX ix_feeds_next_poll ON feeds (next_poll);
CREATE INDEX ix_items_first_seen ON items (first_seen);
CREATE INDEX ix_items_link_feed ON items (link, feed);
CREATE INDEX ix_items_published ON items (published);
CREATE INDEX ix_items_story ON items (story);
CREATE INDEX ix_items_ungathered ON items (id) WHERE story IS NULL;
CREATE INDEX ix_lines_written ON lines (written);
CREATE INDEX ix_matches_topic ON matches (topic);
CREATE INDEX ix_seen_feed_last_shown ON seen (feed, last_shown);
CREATE INDEX ix_stories_moved ON stories (moved);
COMMIT;
