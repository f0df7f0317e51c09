"""The command line (`yifa`): Chinese words for people, ``--format json`` for programs, exit codes for scripts."""
