"""Real mail servers for the tests: Dovecot to fetch from, Exim to send through, and an ordinary mail program.

They are Debian's own programs, run without rights on loopback from a folder of their own, and gone when the tests
end, however they end.
"""
