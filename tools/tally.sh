#!/usr/bin/env bash
# Counts what the log of one stage says: tally.sh LOG
# Enters: a log of `test`. Leaves: a line for each layer in it: PASSED, FAILED, NOT RUN and the layer's name, by tabs.
# Two languages are understood: `ok NAME`, `not ok NAME: WHY`, `skip NAME: WHY` at the start of a line, and
# the `test result:` lines of cargo test, each under the binary that cargo announced before it.
set -euo pipefail

stage=$(basename "$1" .log)
awk -v stage="$stage" '
    function layer_of(line, name) {
        name = line
        sub(/^.*\//, "", name); sub(/-[0-9a-f]+\)$/, "", name)
        kind = "tests"
        if (line ~ /unittests/) kind = "units"
        return name " (" kind ")"
    }
    function add(name, p, f, s) {
        if (!(name in passed)) { order[++layers] = name }
        passed[name] += p; failed[name] += f; skipped[name] += s
    }
    /^ +Running .*\(.*\)$/ { layer = layer_of($0) }
    /^ +Doc-tests / { layer = $2 " (doc examples)" }
    /^test result: / {
        # test result: ok. 3 passed; 0 failed; 1 ignored; ...
        line = $0; sub(/^test result: [A-Za-z]+\. /, "", line); split(line, word, /[ ;]+/)
        add(layer == "" ? stage : layer, word[1], word[3], word[5]); layer = ""
    }
    /^ok / { add(stage, 1, 0, 0) }
    /^not ok / { add(stage, 0, 1, 0) }
    /^skip / { add(stage, 0, 0, 1) }
    END { for (i = 1; i <= layers; i++) { n = order[i]; printf "%d\t%d\t%d\t%s\n", passed[n], failed[n], skipped[n], n } }
' "$1"
