"""How the house is run: settings, addresses, the web and live processes, the `upheld` command and its supervisor."""
