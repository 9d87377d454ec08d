"""Samples of what looks like a secret, and of what does not: made up here, of pieces, so that none is a key."""

from __future__ import annotations

from base64 import b64encode

HEX, ALNUM, UPPER = "0a9f4c7e", "aB3dE5gH", "A2B3C4D5"
DOT, COLON = ".", ":"


def of(unit: str, length: int) -> str:
    """Return so many characters made of a unit."""
    return (unit * (length // len(unit) + 1))[:length]


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


KEYS = {
    "sk-": of(ALNUM, 48), "gsk_": of(ALNUM, 52), "xai-": of(ALNUM, 80), "hf_": of(ALNUM, 34),
    "api_org_": of(ALNUM, 34),
    "pplx-": of(ALNUM, 48), "r8_": of(ALNUM, 37), "nvapi-": of(ALNUM, 64), "csk-": of(ALNUM, 48),
    "tgp_v1_": of(ALNUM, 43), "fw_": of(ALNUM, 24), "sk_": of(HEX, 48), "jina_": of(ALNUM, 60),
    "tvly-": of(ALNUM, 32),
    "fc-": of(HEX, 32), "BSA": of(ALNUM, 27), "lsv2_": "pt_" + of(HEX, 32) + "_" + of(HEX, 10),
    "pcsk_": of(ALNUM, 70), "wandb_v1_": of(ALNUM, 77), "AKIA": of(UPPER, 16), "ASIA": of(UPPER, 16),
    "ABIA": of(UPPER, 16), "ABSK": of(ALNUM, 120), "bedrock-api-key-": of(ALNUM, 60), "AIza": of(ALNUM, 35),
    "AQ.Ab": of(ALNUM, 45), "GOCSPX-": of(ALNUM, 28), "ya29.": of(ALNUM, 80), "1//": "0" + of(ALNUM, 60),
    "LTAI": of(ALNUM, 20), "AKID": of(ALNUM, 32), "AQVN": of(ALNUM, 36), "dop_v1_": of(HEX, 64),
    "doo_v1_": of(HEX, 64), "dor_v1_": of(HEX, 64), "v1.0-": of(HEX, 24) + "-" + of(HEX, 146), "cfut_": of(ALNUM, 40),
    "cfat_": of(ALNUM, 40), "cfk_": of(ALNUM, 40), "fo1_": of(ALNUM, 43), "fm1r_": of(ALNUM, 100),
    "fm1a_": of(ALNUM, 100), "fm2_": of(ALNUM, 100), "vcp_": of(ALNUM, 56), "vci_": of(ALNUM, 56),
    "vca_": of(ALNUM, 56), "vcr_": of(ALNUM, 56), "vck_": of(ALNUM, 56), "nfp_": of(ALNUM, 36), "rnd_": of(ALNUM, 28),
    "HRKU-": "AA" + of(ALNUM, 58), "tk-us-": of(ALNUM, 48), "dt0c01.": of(UPPER, 24) + DOT + of(UPPER, 64),
    "tskey-": "auth-" + of(ALNUM, 17) + "-" + of(ALNUM, 32), "pul-": of(HEX, 40), "pnu_": of(ALNUM, 36),
    "sbp_": of(HEX, 40), "sbp_oauth_": of(HEX, 40), "sb_secret_": of(ALNUM, 31), "pscale_tkn_": of(ALNUM, 43),
    "pscale_oauth_": of(ALNUM, 43), "pscale_pw_": of(ALNUM, 43), "napi_": of(ALNUM, 64), "dapi": of(HEX, 32),
    "4b1d": of(ALNUM, 38), "pat": of(ALNUM, 14) + DOT + of(HEX, 64), "ghp_": of(ALNUM, 36), "gho_": of(ALNUM, 36),
    "ghu_": of(ALNUM, 36), "ghs_": of(ALNUM, 36), "ghr_": of(ALNUM, 36), "github_pat_": of(ALNUM, 82),
    "glpat-": of(ALNUM, 20), "glptt-": of(HEX, 40), "glrt-": of(ALNUM, 20), "GR1348941": of(ALNUM, 20),
    "gldt-": of(ALNUM, 20), "glft-": of(ALNUM, 20), "glagent-": of(ALNUM, 50), "gloas-": of(ALNUM, 64),
    "glsoat-": of(ALNUM, 20), "glimt-": of(ALNUM, 25), "glcbt-": "64_" + of(ALNUM, 20), "ATATT3": of(ALNUM, 180),
    "ATCTT3": of(ALNUM, 180), "ATBB": of(ALNUM, 32), "npm_": of(ALNUM, 36), "pypi-AgE": of(ALNUM, 80),
    "rubygems_": of(HEX, 48), "CLOJARS_": of(ALNUM, 60), "dckr_pat_": of(ALNUM, 27), "dckr_oat_": of(ALNUM, 32),
    "AKCp": of(ALNUM, 69), "API-": of(UPPER, 26), "sgp_": of(HEX, 16) + "_" + of(HEX, 40), "squ_": of(HEX, 40),
    "sqp_": of(HEX, 40), "PMAK-": of(HEX, 24) + "-" + of(HEX, 34), "apify_api_": of(ALNUM, 36),
    "sha256~": of(ALNUM, 43), "hvs.": of(ALNUM, 90), "hvb.": of(ALNUM, 138), "dp.pt.": of(ALNUM, 43),
    "dp.st.": "prd." + of(ALNUM, 43), "dp.ct.": of(ALNUM, 43), "dp.sa.": of(ALNUM, 43), "dp.scim.": of(ALNUM, 43),
    "dp.audit.": of(ALNUM, 43), "A3-": "-".join([of(UPPER, 6), of(UPPER, 6), *3 * [of(UPPER, 5)], of(UPPER, 5)]),
    "ops_eyJ": of(ALNUM, 250), "AGE-SECRET-KEY-1": of(UPPER, 58), "glsa_": of(ALNUM, 32) + "_" + of(HEX, 8),
    "glc_": of(ALNUM, 80), "eyJrIjoi": of(ALNUM, 80), "NRAK-": of(UPPER, 27), "NRII-": of(ALNUM, 32),
    "NRJS-": of(HEX, 19), "sntrys_": of(ALNUM, 90) + "_" + of(ALNUM, 43), "sntryu_": of(HEX, 64),
    "sntrya_": of(HEX, 64), "phx_": of(ALNUM, 43), "xox": "b-1234567890-" + of(ALNUM, 24),
    "xapp-": "1-" + of(ALNUM, 30), "SG.": of(ALNUM, 22) + DOT + of(ALNUM, 43), "SK": of(HEX, 32), "key-": of(HEX, 32),
    "xkeysib-": of(HEX, 64) + "-" + of(ALNUM, 16), "xsmtpsib-": of(HEX, 64) + "-" + of(ALNUM, 16),
    "re_": of(ALNUM, 8) + "_" + of(ALNUM, 24), "EAA": "M" + of(ALNUM, 110), "sk_live_": of(ALNUM, 24),
    "sk_test_": of(ALNUM, 24), "rk_live_": of(ALNUM, 24), "rk_test_": of(ALNUM, 24), "whsec_": of(ALNUM, 32),
    "sq0atp-": of(ALNUM, 22), "sq0csp-": of(ALNUM, 43), "EAAA": of(ALNUM, 60), "shpat_": of(HEX, 32),
    "shpca_": of(HEX, 32), "shppa_": of(HEX, 32), "shpss_": of(HEX, 32), "shippo_": "live_" + of(HEX, 40),
    "FLWSECK": "_TEST-" + of(HEX, 32) + "-X", "EZAK": of(ALNUM, 54), "EZTK": of(ALNUM, 54),
    "duffel_": "test_" + of(ALNUM, 43), "lin_api_": of(ALNUM, 40), "lin_oauth_": of(HEX, 64), "ntn_": of(ALNUM, 46),
    "secret_": of(ALNUM, 43), "figd_": of(ALNUM, 40), "figo_": of(ALNUM, 40), "figor_": of(ALNUM, 40),
    "tfp_": of(ALNUM, 59), "fio-u-": of(ALNUM, 64), "rdme_": of("ab3d", 70), "p8e-": of(ALNUM, 32),
    "ico-": of(ALNUM, 32), "sk.eyJ": of(ALNUM, 60) + DOT + of(ALNUM, 22),
    "xprv": of(ALNUM, 107), "yprv": of(ALNUM, 107), "zprv": of(ALNUM, 107), "tprv": of(ALNUM, 107),
    "uprv": of(ALNUM, 107), "vprv": of(ALNUM, 107),
}  # fmt: skip
"""A body for every prefix of the table."""

WORDS = "abandon ability able about above absent absorb abstract absurd abuse access accident account accuse"
WORDS_12 = " ".join(WORDS.split()[:12])
AWS_SECRET = "kJ7x/Qp2Lw9Zt4+vR1mN8sB3yH6cF0gT5dUeXaWi"
WIF = "5H" + of("xJ7kQp2Lw9Zt4vR1mN8sB3y6cFgT5dUeXaWi", 49)
PUTTY = (
    "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: me@home\nPublic-Lines: 1\nAAAAC3Nz\n"
    "Private-Lines: 1\nAAAAIHx2\nPrivate-MAC: " + of(HEX, 64)
)
PEM_IN_BASE64 = base64("-----BEGIN RSA PRIVATE" + " KEY-----\n" + of(ALNUM, 64) + "\n")
CERTIFICATE_IN_BASE64 = base64("-----BEGIN CERTIFICATE-----\n" + of(ALNUM, 64) + "\n")
LOGIN = base64("user:hunter22")
CRYPT = "$2y$10$" + of(ALNUM, 53)
SHADOW = "$6$rounds=5000$" + of(ALNUM, 12) + "$" + of(ALNUM, 86)
SAS = "sv=2024-11-04&sig=" + of(ALNUM, 43) + "%3D"

IN_CONTEXT = {
    # Names in many languages
    "pass: hunter22": "hunter22",
    "DB_PASS=hunter22": "hunter22",
    "pw: hunter22": "hunter22",
    "pin: 4711": "4711",
    "PIN code: 4711": "4711",
    "my PIN is 4711.": "4711",
    "CVV: 123": "123",
    "Passwort: hunter22": "hunter22",
    "WLAN-Passwort: hunter22": "hunter22",
    "Kennwort = hunter22": "hunter22",
    "contraseña: hunter22": "hunter22",
    "contrasen\u0303a: hunter22": "hunter22",
    "contrasena: hunter22": "hunter22",
    "clave: hunter22": "hunter22",
    "mot de passe : hunter22": "hunter22",
    "Mot de passe du wifi : hunter22": "hunter22",
    "mdp: hunter22": "hunter22",
    "senha: hunter22": "hunter22",
    "hasło: hunter22": "hunter22",
    "lösenord: hunter22": "hunter22",
    "wachtwoord: hunter22": "hunter22",
    "şifre: hunter22": "hunter22",
    "пароль: hunter22": "hunter22",
    "Пароль от роутера: hunter22": "hunter22",
    "пароль — hunter22": "hunter22",
    "パスワード：hunter22": "hunter22",
    "パスワードは hunter22 です": "hunter22",
    "暗証番号：4711": "4711",
    "密码：hunter22，请记住": "hunter22",
    "密码是hunter22": "hunter22",
    "비밀번호: hunter22": "hunter22",
    "סיסמה: hunter22": "hunter22",
    "كلمة المرور: hunter22": "hunter22",
    "पासवर्ड: hunter22": "hunter22",
    "password for the router: hunter22": "hunter22",
    "password (guest): hunter22": "hunter22",
    "password: “correct horse”": "correct horse",
    "private_key = " + of(ALNUM, 43) + "=": of(ALNUM, 43) + "=",
    "client-key-data: " + of(ALNUM, 60): of(ALNUM, 60),
    # Sentences
    "the password is hunter22": "hunter22",
    "the password is hunter22.": "hunter22",
    "The password for the wifi is `hunter22`, ok?": "hunter22",
    "the password is swordfish": "swordfish",
    "the password is **hunter22**": "hunter22",
    "Das Passwort lautet hunter22": "hunter22",
    "das Passwort ist hunter22": "hunter22",
    "la contraseña es hunter22": "hunter22",
    "le mot de passe est hunter22": "hunter22",
    # Commands
    "curl -u bob:hunter22 https://example.org/": "hunter22",
    "curl -s 'https://example.org/?a=1&b=2' --user 'bob:hunter22'": "hunter22",
    "mysql -u root -phunter22 shop": "hunter22",
    "mysqldump -p'hunter 22' shop": "hunter 22",
    "docker login -u bob -p hunter22": "hunter22",
    "sshpass -p hunter22 ssh bob@host": "hunter22",
    "redis-cli -h db -a hunter22 ping": "hunter22",
    "ldapsearch -x -D cn=admin -w hunter22": "hunter22",
    "unzip -P hunter22 a.zip": "hunter22",
    "7z x -phunter22 a.7z": "hunter22",
    "htpasswd -cb file bob hunter22": "hunter22",
    "smbclient //host/share -U bob%hunter22": "hunter22",
    "openssl rsa -passin pass:hunter22 -in key": "hunter22",
    "tool --password hunter22 --verbose": "hunter22",
    "tool --api-key 'hunter22x'": "hunter22x",
    "PGPASSWORD=hunter22 psql": "hunter22",
    # Headers
    "Authorization: token " + of(HEX, 40): of(HEX, 40),
    "authorization: " + of(ALNUM, 32): of(ALNUM, 32),
    "X-Auth-Key: " + of(HEX, 37): of(HEX, 37),
    "xi-api-key: " + of(HEX, 32): of(HEX, 32),
    "Cookie: session=" + of(ALNUM, 24) + "; theme=dark": "session=" + of(ALNUM, 24) + "; theme=dark",
    "Set-Cookie: sid=" + of(ALNUM, 24) + "; Path=/; HttpOnly": "sid=" + of(ALNUM, 24),
    # Addresses
    "postgres://bob:p4ss/w0rd@db:5432/x": "p4ss/w0rd",
    "https://bob:a/b#c?d@example.org/": "a/b#c?d",
    "https://x.blob.core.windows.net/c/b?" + SAS: of(ALNUM, 43) + "%3D",
    # Clouds
    "AccountName=x;AccountKey=" + of(ALNUM, 86) + "==;EndpointSuffix=y": of(ALNUM, 86) + "==",
    f"it is {AWS_SECRET} I think": AWS_SECRET,
    "abc" + "8Q~" + of(ALNUM, 34): "abc" + "8Q~" + of(ALNUM, 34),
    of(HEX, 32) + "-us" + "12": of(HEX, 32) + "-us" + "12",
    # Files
    "client-key-data: " + PEM_IN_BASE64: PEM_IN_BASE64,
    '{"auths": {"x": {"auth": "' + LOGIN + '"}}}': LOGIN,
    "machine example.org login bob password hunter22": "hunter22",
    "machine example.org\n  login bob\n  password hunter22\n": "hunter22",
    "db.example.org:5432:shop:bob:hunter22": "hunter22",
    "WIFI:T:WPA;S:Home;P:hunter22;;": "hunter22",
    "WIFI:S:Home;T:WPA;P:a\\;b\\:c;H:true;;": "a\\;b\\:c",
    "<password>hunter22</password>": "hunter22",
    "bob:" + CRYPT: CRYPT,
    "bob:" + SHADOW + ":19000:0:99999:7:::": SHADOW,
    "bob:{SHA}" + of(ALNUM, 27) + "=": "{SHA}" + of(ALNUM, 27) + "=",
    "bob:1001:" + of(HEX, 32) + ":" + of(HEX, 32) + ":::": of(HEX, 32) + ":" + of(HEX, 32),
    PUTTY: PUTTY,
    # Money and wallets
    "card 4111 1111 1111 1111, thanks": "4111 1111 1111 1111",
    "4111111111111111": "4111111111111111",
    "5500-0055-5555-5559": "5500-0055-5555-5559",
    "3782 822463 10005": "3782 822463 10005",
    "IBAN DE89 3704 0044 0532 0130 00": "DE89 3704 0044 0532 0130 00",
    "GB29NWBK60161331926819": "GB29NWBK60161331926819",
    "seed phrase: " + WORDS_12: WORDS_12,
    "My recovery phrase is:\n\n" + WORDS_12: WORDS_12,
    'mnemonic = "' + WORDS_12 + '"': WORDS_12,
    "wallet " + WIF: WIF,
    # What hides
    "sk-" + of(ALNUM, 20) + "\u200b" + of(ALNUM, 28): "sk-" + of(ALNUM, 20) + "\u200b" + of(ALNUM, 28),
    "pass\u00adword: hunter22": "hunter22",
    "ｐａｓｓｗｏｒｄ：hunter22": "hunter22",
    "password: hunt\u200ber22": "hunt\u200ber22",
    # Line breaks
    "sk-" + of(ALNUM, 30) + "\n" + of(ALNUM, 18): "sk-" + of(ALNUM, 30) + "\n" + of(ALNUM, 18),
    "ghp_" + of(ALNUM, 20) + "\n  " + of(ALNUM, 16) + "\nthanks": "ghp_" + of(ALNUM, 20) + "\n  " + of(ALNUM, 16),
    "> xai-" + of(ALNUM, 40) + "\n> " + of(ALNUM, 40): "xai-" + of(ALNUM, 40) + "\n> " + of(ALNUM, 40),
    "api_key=" + of(ALNUM, 30) + "\n" + of(ALNUM, 10): of(ALNUM, 30) + "\n" + of(ALNUM, 10),
    "1. eyJhbGciOiJIUzI1NiJ9.eyJzdWIi\nOiIxIn0.sflKxwRJ\nSMeKKF2QT4": (
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIi\nOiIxIn0.sflKxwRJ\nSMeKKF2QT4"
    ),
}
"""Texts, and the one secret that is in each."""

HARMLESS = (
    "pass: 12, fail: 3", "PASS: test_login2 (0.3s)", "bypass: true1x", "compass: north-2", "pass: true", "pin: 13",
    "GPIO pin: 4", "--- PASS: TestFoo1 (0.00s)", "clave: sol", "parole: granted", "the password is wrong",
    "the password is required here", "the password is stored in the vault", "the password is case-sensitive",
    "The password is too short.", "das Passwort ist falsch", "le mot de passe est oublié depuis hier",
    "the secret is in the sauce", "the token is expired", "the key is under the mat",
    "password for login: see below", "curl -u \"$USER:$PASSWORD\" https://example.org/",
    "curl -s https://example.org:8080/a",
    "mysql -u root -p shop", "mysql --protocol=tcp", "docker login -u bob", "docker run -p 8080:80 nginx",
    "7z x a.7z", "zip -r a.zip b",
    "tool --password PASSWORD", "tool --token <TOKEN>", "--password is asked for", "authorization: required",
    "Authorization: see below", "Cookie: chocolate", "cookies: 12 pieces", "Set-Cookie: a=1; Path=/",
    "https://example.org:8080/a/b@c", "http://localhost:3000/@bob", "https://medium.example/@bob/a:b",
    "certificate-authority-data: " + CERTIFICATE_IN_BASE64, '{"auth": "required"}', "auth: optional",
    "the machine has a login and a password", "/srv/a.py:12:5: error", "WIFI: on", "<password></password>",
    "costs $1 and $2, or $5$", "{SHA} is a hash", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4",
    "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "6f9619ff-8b86-4011-b42d-00cf4fc964ff",
    "src/components/Header/NavigationMenuItem1", "/usr/lib/python3/dist-packages/setuptools", "aGVsbG8gd29ybGQ=",
    "ISBN 978-3-16-148410-0", "ISBN 9783161484100", "order 4111 1111 1111 1112", "order no. 4000000000000001",
    "invoice 2026-0001-0002-0003", "4111 1111 1111", "DE89 3704 0044 0532 0130 01", "AB12 CDEF 1234 5678",
    "QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPBdG", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    "seed phrase: keep it safe", "recovery phrase: please write these words down somewhere only you will look",
    "the seed: tomato", "mnemonic: " + WORDS_12 + " extra", "1767225600000000", "1700000000000",
    "lat 48.858370, 2.294481",
    "ghp_short", "sk-learn and scikit-learn", "ask_me_anything_about_this_long_name", "pat.smith", "key-value", "EAA",
    "SKU 12345", "API-KEY-NAME-OF-SOMETHING", "re_match_the_whole_thing_again", "secret_santa_list_for_the_office",
    "fw_update_available_for_download", "1//2 of it", "v1.0-beta", "dp.pt. is a prefix", "sha256~", "tskey-auth",
    "Line one ends here\nand2more follows", "naïve café “quoted” – dashes — and so on… it’s fine",
    "👩‍👩‍👧 family\ufe0f",
)  # fmt: skip
