#!/usr/bin/env bash
# Signs in from the shell with the program `cis2`, unattended, at the local simulator.
# Enters: CIS2_SIM_READY, the file with the simulator's ready line (`cis2 simulate >ready.json` writes it).
# Leaves: the claims of an assertion, as it would be sent, and the validated identity.
set -euo pipefail
ready=${CIS2_SIM_READY:?a file with the ready line of: cis2 simulate}

# What a client assertion says: header and claims, no signature, so nothing that could be used.
cis2 assertion --ready "$ready" --show

# The sign-in: discovery, authorization, code exchange, key set, ID token with every check.
cis2 login --ready "$ready" --simulator-person several-roles --scope 'openid profile selectedrole'
