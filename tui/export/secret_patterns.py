"""How the keys of each issuer are written: one table of facts, from the issuers' own pages and the rules of gitleaks.

In ``rest``, ``_`` and ``-`` may have Markdown's backslash where ``CHARACTER`` stands. A repetition is possessive or
bounded, so that a text is read once.
"""

from __future__ import annotations

from typing import NamedTuple

CHARACTER = r"(?:[A-Za-z0-9_-]|\\[_-])"
_WITH_A_DIGIT = r"(?=[A-Za-z_-]{0,60}\d)"


class KeyPattern(NamedTuple):
    """How one sort of key is written."""

    issuer: str
    what: str
    """What the key is."""
    prefix: str
    """What every one begins with, exactly."""
    rest: str
    """Pattern of what follows, to the end of the key."""


def _of(issuer: str, what: str, prefix: str, least: int, characters: str = CHARACTER) -> KeyPattern:
    """Return a sort of key that is a prefix and at least so many of some characters."""
    return KeyPattern(issuer, what, prefix, f"{characters}{{{least},}}+")


_ALNUM = "[A-Za-z0-9]"
_HEX = "[a-f0-9]"
_ANY_HEX = "[A-Fa-f0-9]"
_BASE64 = "[A-Za-z0-9+/=]"
_BASE58 = "[1-9A-HJ-NP-Za-km-z]"
_NO_MORE = "(?![A-Za-z0-9_-])"

PATTERNS = (
    # Models
    _of("OpenAI, Anthropic, OpenRouter, DeepSeek, Langfuse", "API key", "sk-", 20),
    _of("Groq", "API key", "gsk_", 20, _ALNUM),
    _of("xAI", "API key", "xai-", 20),
    _of("Hugging Face", "user token", "hf_", 30, _ALNUM),
    _of("Hugging Face", "organization token", "api_org_", 30, _ALNUM),
    _of("Perplexity", "API key", "pplx-", 32, _ALNUM),
    _of("Replicate", "API token", "r8_", 30, _ALNUM),
    _of("NVIDIA", "API key", "nvapi-", 40),
    _of("Cerebras", "API key", "csk-", 32, _ALNUM),
    _of("Together", "API key", "tgp_v1_", 32),
    KeyPattern("Fireworks", "API key", "fw_", rf"{_WITH_A_DIGIT}{_ALNUM}{{22,}}+"),
    KeyPattern("ElevenLabs", "API key", "sk_", rf"{_HEX}{{48}}{_NO_MORE}"),
    _of("Jina", "API key", "jina_", 40),
    _of("Tavily", "API key", "tvly-", 20),
    KeyPattern("Firecrawl", "API key", "fc-", rf"{_HEX}{{32}}{_NO_MORE}"),
    KeyPattern("Brave", "search API key", "BSA", rf"{_WITH_A_DIGIT}{CHARACTER}{{24,36}}{_NO_MORE}"),
    KeyPattern("LangSmith", "API key", "lsv2_", rf"[ps][tk]\\?_{_HEX}{{32}}\\?_{_HEX}{{10,}}+"),
    _of("Pinecone", "API key", "pcsk_", 40, r"(?:[A-Za-z0-9]|\\?_)"),
    _of("Weights & Biases", "API key", "wandb_v1_", 40),
    # Clouds and hosting
    KeyPattern("AWS", "access key id", "AKIA", r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
    KeyPattern("AWS", "temporary access key id", "ASIA", r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
    KeyPattern("AWS", "bearer key id", "ABIA", r"[A-Z0-9]{16}(?![A-Za-z0-9])"),
    _of("AWS", "Bedrock key", "ABSK", 100, _BASE64),
    _of("AWS", "short-lived Bedrock key", "bedrock-api-key-", 40, _BASE64),
    _of("Google", "API key", "AIza", 35),
    _of("Google", "bound API key", "AQ.Ab", 35),
    _of("Google", "OAuth client secret", "GOCSPX-", 20),
    KeyPattern("Google", "OAuth access token", "ya29.", rf"{CHARACTER}{{20,}}+(?:\.{CHARACTER}++)*+"),
    _of("Google", "OAuth refresh token", "1//", 30),
    _of("Alibaba", "access key id", "LTAI", 16, _ALNUM),
    KeyPattern("Tencent", "secret id", "AKID", rf"{_WITH_A_DIGIT}{_ALNUM}{{32}}{_NO_MORE}"),
    _of("Yandex", "API key", "AQVN", 35),
    _of("DigitalOcean", "personal access token", "dop_v1_", 40, _HEX),
    _of("DigitalOcean", "OAuth token", "doo_v1_", 40, _HEX),
    _of("DigitalOcean", "refresh token", "dor_v1_", 40, _HEX),
    KeyPattern("Cloudflare", "origin CA key", "v1.0-", rf"{_HEX}{{24}}-{_HEX}{{100,}}+"),
    _of("Cloudflare", "user API token", "cfut_", 32, _ALNUM),
    _of("Cloudflare", "account API token", "cfat_", 32, _ALNUM),
    _of("Cloudflare", "global API key", "cfk_", 32, _ALNUM),
    _of("Fly", "access token", "fo1_", 40),
    _of("Fly", "macaroon", "fm1r_", 60, _BASE64),
    _of("Fly", "attenuated macaroon", "fm1a_", 60, _BASE64),
    _of("Fly", "macaroon, second version", "fm2_", 60, _BASE64),
    _of("Vercel", "personal token", "vcp_", 24, _ALNUM),
    _of("Vercel", "integration token", "vci_", 24, _ALNUM),
    _of("Vercel", "app token", "vca_", 24, _ALNUM),
    _of("Vercel", "refresh token", "vcr_", 24, _ALNUM),
    _of("Vercel", "AI Gateway key", "vck_", 24, _ALNUM),
    _of("Netlify", "personal access token", "nfp_", 30, _ALNUM),
    _of("Render", "API key", "rnd_", 28, _ALNUM),
    KeyPattern("Heroku", "API key", "HRKU-", rf"(?=[A-Z]{{2}}){CHARACTER}{{40,}}+"),
    _of("Scalingo", "API token", "tk-us-", 40),
    KeyPattern("Dynatrace", "API token", "dt0c01.", rf"{_ALNUM}{{24}}\.{_ALNUM}{{40,}}+"),
    _of("Tailscale", "key", "tskey-", 20, r"(?:[A-Za-z0-9]|\\?-)"),
    _of("Pulumi", "access token", "pul-", 40, _HEX),
    KeyPattern("Prefect", "API key", "pnu_", rf"{_ALNUM}{{36}}{_NO_MORE}"),
    # Databases
    _of("Supabase", "personal access token", "sbp_", 40, _HEX),
    _of("Supabase", "OAuth token", "sbp_oauth_", 40, _HEX),
    _of("Supabase", "secret key", "sb_secret_", 20),
    _of("PlanetScale", "service token", "pscale_tkn_", 32, r"(?:[A-Za-z0-9.=-]|\\?_)"),
    _of("PlanetScale", "OAuth token", "pscale_oauth_", 32, r"(?:[A-Za-z0-9.=-]|\\?_)"),
    _of("PlanetScale", "password", "pscale_pw_", 32, r"(?:[A-Za-z0-9.=-]|\\?_)"),
    _of("Neon", "API key", "napi_", 40, _ALNUM),
    _of("Databricks", "access token", "dapi", 32, _HEX),
    KeyPattern("ClickHouse", "API secret", "4b1d", rf"(?={_ANY_HEX}{{0,37}}[G-Zg-z]){_ALNUM}{{38}}{_NO_MORE}"),
    KeyPattern("Airtable", "personal access token", "pat", rf"{_ALNUM}{{14}}\.{_HEX}{{64,}}+"),
    # Code and its delivery
    _of("GitHub", "personal access token", "ghp_", 36, _ALNUM),
    _of("GitHub", "OAuth token", "gho_", 36, _ALNUM),
    _of("GitHub", "app user token", "ghu_", 36, _ALNUM),
    _of("GitHub", "app installation token", "ghs_", 36, _ALNUM),
    _of("GitHub", "refresh token", "ghr_", 36, _ALNUM),
    _of("GitHub", "fine-grained token", "github_pat_", 22),
    _of("GitLab", "personal access token", "glpat-", 20),
    _of("GitLab", "pipeline trigger token", "glptt-", 20),
    _of("GitLab", "runner token", "glrt-", 20),
    _of("GitLab", "runner registration token", "GR1348941", 20),
    _of("GitLab", "deploy token", "gldt-", 20),
    _of("GitLab", "feed token", "glft-", 20),
    _of("GitLab", "agent token", "glagent-", 40),
    _of("GitLab", "OAuth application secret", "gloas-", 40),
    _of("GitLab", "SCIM token", "glsoat-", 20),
    _of("GitLab", "incoming mail token", "glimt-", 20),
    _of("GitLab", "job token", "glcbt-", 20),
    _of("Atlassian", "API token", "ATATT3", 40, r"(?:[A-Za-z0-9=-]|\\?_)"),
    _of("Atlassian", "access token", "ATCTT3", 40, r"(?:[A-Za-z0-9=-]|\\?_)"),
    KeyPattern("Bitbucket", "app password", "ATBB", rf"{_WITH_A_DIGIT}{_ALNUM}{{32}}{_NO_MORE}"),
    _of("npm", "access token", "npm_", 36, _ALNUM),
    _of("PyPI", "upload token", "pypi-AgE", 16),
    _of("RubyGems", "API key", "rubygems_", 48, _HEX),
    _of("Clojars", "deploy token", "CLOJARS_", 60, _ALNUM),
    _of("Docker", "personal access token", "dckr_pat_", 20),
    _of("Docker", "organization token", "dckr_oat_", 20),
    _of("JFrog", "API key", "AKCp", 60, _ALNUM),
    _of("Octopus", "API key", "API-", 26, "[A-Z0-9]"),
    KeyPattern("Sourcegraph", "access token", "sgp_", rf"(?:(?:{_ANY_HEX}{{16}}|local)\\?_)?{_ANY_HEX}{{40,}}+"),
    _of("SonarQube", "user token", "squ_", 40, _HEX),
    _of("SonarQube", "project token", "sqp_", 40, _HEX),
    _of("Postman", "API key", "PMAK-", 40, r"[a-f0-9-]"),
    _of("Apify", "API token", "apify_api_", 30, _ALNUM),
    _of("OpenShift", "user token", "sha256~", 43),
    # Secrets kept for others
    _of("Vault", "service token", "hvs.", 20),
    _of("Vault", "batch token", "hvb.", 20),
    _of("Doppler", "personal token", "dp.pt.", 40, _ALNUM),
    KeyPattern("Doppler", "service token", "dp.st.", r"(?:[a-z0-9_-]{2,35}\.)?[A-Za-z0-9]{40,}+"),
    _of("Doppler", "CLI token", "dp.ct.", 40, _ALNUM),
    _of("Doppler", "service account token", "dp.sa.", 40, _ALNUM),
    _of("Doppler", "SCIM token", "dp.scim.", 40, _ALNUM),
    _of("Doppler", "audit token", "dp.audit.", 40, _ALNUM),
    KeyPattern("1Password", "secret key", "A3-", r"[A-Z0-9]{6}(?:-[A-Z0-9]{5,6}){4,5}(?![A-Za-z0-9-])"),
    KeyPattern(
        "1Password", "secret key in full groups", "A3-", r"[A-Z0-9]{6}-[A-Z0-9]{11}(?:-[A-Z0-9]{5}){3}(?![A-Z0-9-])"
    ),
    _of("1Password", "service account token", "ops_eyJ", 100, _BASE64),
    _of("age", "identity", "AGE-SECRET-KEY-1", 40, "[A-Z0-9]"),
    # What is watched
    KeyPattern("Grafana", "service account token", "glsa_", rf"{_ALNUM}{{32}}\\?_{_ANY_HEX}{{8}}"),
    _of("Grafana", "cloud token", "glc_", 32, _BASE64),
    _of("Grafana", "API key", "eyJrIjoi", 40, _BASE64),
    KeyPattern("New Relic", "user key", "NRAK-", r"[A-Z0-9]{27}(?![A-Za-z0-9])"),
    KeyPattern("New Relic", "insert key", "NRII-", rf"{CHARACTER}{{32}}{_NO_MORE}"),
    _of("New Relic", "browser key", "NRJS-", 19, _HEX),
    _of("Sentry", "organization token", "sntrys_", 40, r"(?:[A-Za-z0-9+/=]|\\?_)"),
    _of("Sentry", "user token", "sntryu_", 40, _HEX),
    _of("Sentry", "integration token", "sntrya_", 40, _HEX),
    _of("PostHog", "personal API key", "phx_", 30, _ALNUM),
    # Messages
    KeyPattern("Slack", "token", "xox", r"[a-z](?:\.xox[a-z])?-[A-Za-z0-9%_-]{10,}+"),
    _of("Slack", "app token", "xapp-", 10, r"[A-Za-z0-9-]"),
    KeyPattern("SendGrid", "API key", "SG.", rf"{CHARACTER}{{16,64}}+\.{CHARACTER}{{16,}}+"),
    KeyPattern("Twilio", "API key", "SK", rf"{_HEX}{{32}}{_NO_MORE}"),
    KeyPattern("Mailgun", "private key", "key-", rf"{_HEX}{{32}}{_NO_MORE}"),
    KeyPattern("Brevo", "API key", "xkeysib-", rf"{_HEX}{{64}}-{_ALNUM}{{16,}}+"),
    KeyPattern("Brevo", "SMTP key", "xsmtpsib-", rf"{_HEX}{{64}}-{_ALNUM}{{16,}}+"),
    KeyPattern("Resend", "API key", "re_", rf"{_WITH_A_DIGIT}{_ALNUM}{{8}}\\?_{_ALNUM}{{20,}}+"),
    KeyPattern("Facebook", "access token", "EAA", rf"{_WITH_A_DIGIT}{_ALNUM}{{100,}}+"),
    # Money
    _of("Stripe", "secret key", "sk_live_", 16, _ALNUM),
    _of("Stripe", "secret test key", "sk_test_", 16, _ALNUM),
    _of("Stripe", "restricted key", "rk_live_", 16, _ALNUM),
    _of("Stripe", "restricted test key", "rk_test_", 16, _ALNUM),
    _of("Stripe", "webhook secret", "whsec_", 20, _BASE64),
    _of("Square", "access token", "sq0atp-", 22),
    _of("Square", "client secret", "sq0csp-", 40),
    KeyPattern(
        "Square", "access token, second version", "EAAA", rf"(?={CHARACTER}{{0,60}}\d){CHARACTER}{{56,64}}{_NO_MORE}"
    ),
    _of("Shopify", "access token", "shpat_", 32, _ANY_HEX),
    _of("Shopify", "custom app token", "shpca_", 32, _ANY_HEX),
    _of("Shopify", "private app token", "shppa_", 32, _ANY_HEX),
    _of("Shopify", "shared secret", "shpss_", 32, _ANY_HEX),
    KeyPattern("Shippo", "API token", "shippo_", rf"(?:live|test)\\?_{_ANY_HEX}{{40,}}+"),
    _of("Flutterwave", "secret key", "FLWSECK", 12, r"(?:[A-Za-z0-9-]|\\?_)"),
    KeyPattern("EasyPost", "API key", "EZAK", rf"{_ALNUM}{{54}}{_NO_MORE}"),
    KeyPattern("EasyPost", "test API key", "EZTK", rf"{_ALNUM}{{54}}{_NO_MORE}"),
    KeyPattern("Duffel", "API token", "duffel_", rf"(?:live|test)\\?_{CHARACTER}{{40,}}+"),
    # Work
    _of("Linear", "API key", "lin_api_", 32, _ALNUM),
    _of("Linear", "OAuth token", "lin_oauth_", 32, _ALNUM),
    _of("Notion", "integration token", "ntn_", 40, _ALNUM),
    KeyPattern("Notion", "integration secret", "secret_", rf"{_ALNUM}{{43}}{_NO_MORE}"),
    _of("Figma", "personal access token", "figd_", 30),
    _of("Figma", "OAuth token", "figo_", 30),
    KeyPattern("Figma", "refresh token", "figor_", rf"{CHARACTER}{{30,}}+"),
    _of("Typeform", "personal access token", "tfp_", 40, r"(?:[A-Za-z0-9.=-]|\\?_)"),
    _of("Frame.io", "API token", "fio-u-", 40, r"(?:[A-Za-z0-9=-]|\\?_)"),
    _of("ReadMe", "API token", "rdme_", 60, "[a-z0-9]"),
    KeyPattern("Adobe", "client secret", "p8e-", rf"{_ALNUM}{{32}}{_NO_MORE}"),
    KeyPattern("Infracost", "API token", "ico-", rf"{_ALNUM}{{32}}{_NO_MORE}"),
    KeyPattern("Mapbox", "secret token", "sk.eyJ", rf"{CHARACTER}{{40,}}+\.{CHARACTER}{{16,}}+"),
)
"""Sorts of API keys."""

WALLET_PATTERNS = tuple(
    KeyPattern("BIP 32", "extended private key", prefix, f"{_BASE58}{{100,112}}{_NO_MORE}")
    for prefix in ("xprv", "yprv", "zprv", "tprv", "uprv", "vprv")
)
"""Private keys of wallets."""

PREFIXES = tuple({pattern.prefix for pattern in (*PATTERNS, *WALLET_PATTERNS)})
