"""White space and control characters as wire-forms.md lists them, whatever `re` takes for them; parts of character classes."""

SPACE = "\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
CONTROL = "\x00-\x1f\x7f-\x9f"
