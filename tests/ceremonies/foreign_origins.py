"""What an origin may not be, when it is https://keys.example.org."""

FOREIGN_ORIGINS = (
    "https://evil.example",
    "https://example.org",
    "https://sub.keys.example.org",
    "https://badkeys.example.org",
    "https://keys.example.org.evil.example",
    "https://keys.example.org:8443",
    "https://keys.example.org:443",
    "http://keys.example.org",
    "https://keys.example.org.",
    "https://keys.example.org/",
    "https://keys.example.org/sign-in",
    "HTTPS://KEYS.EXAMPLE.ORG",
    "https://ben@keys.example.org",
    "https://kéys.example.org",
    "https://keys.example.org\u0000",
    " https://keys.example.org",
    "android:apk-key-hash:7d1043473d55bfa90e8530d35801d4e3",
    "null",
    "",
)
