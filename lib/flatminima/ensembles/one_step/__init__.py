"""One step of replica-symmetry breaking, relu-2019 (B4)–(B8)."""
