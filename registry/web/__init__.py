"""Pages for people. `registry.web.app.create_app` wires them; nothing is made at import."""
