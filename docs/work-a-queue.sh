#!/usr/bin/env bash
# Works a queue from end to end, as a script does it.
#
#   docs/work-a-queue.sh [DESK]        zh or en; the zh desk where none is named
#
# It needs `moderation` and `python3` on the path, and finds the pool as every command does (MODERATION_HOME,
# MODERATION_STORE_URL, MODERATION_CONFIG). Where reviewers have tokens it needs one: MODERATION_TOKEN. It decides by a
# rule that no desk should have (what a rule of high severity found is removed, the rest limited), so run it on a copy.
#
# What there is to learn from it:
#   - data come on stdout, one JSON object a line; messages go to stderr; the exit code says what happened;
#   - a claimed item has a lease and a fence, and whatever is done to it carries both;
#   - a decision has an idempotency key, so that a script that does not know whether it got through may ask again;
#   - a verdict takes effect when its time to undo is over, not before.

set -euo pipefail

desk=${1:-zh}

# The exit codes of docs/contracts.md that a script must expect.
EMPTY=3 LOST=4 DECIDED=5 HELD=6 FORBIDDEN=8 OVER_LOAD=10

say() { printf '%s\n' "$*" >&2; }

# Runs a command and keeps its exit code in `code` and its stdout in `out`, where `set -e` would end the script.
try() { code=0; out=$("$@") || code=$?; }

# What an expression finds in the JSON of `out`, called `d`. A post is hostile text: never print it as it is.
take() { python3 -c 'import json, sys; d = json.load(sys.stdin); print('"$1"')' <<<"$out"; }

# 1. Look. Nothing is claimed yet: counts by desk and lane, and the numbers of the items in the order of claiming.
moderation review queue peek --desk "$desk" >&2

decided=() skipped=0 turn=0
while :; do
  # 2. Claim the next item. Exit 3: nothing waits. Exit 10: whoever this is has read enough for one shift. --with why
  #    leaves out what takes rules and models to work out (gloss, precedents, scores), which makes this quick.
  try moderation review claim --desk "$desk" --with why --json
  case $code in
    0) turn=$((turn + 1)) ;;
    "$EMPTY") say 'the queue is empty'; break ;;
    "$OVER_LOAD") say 'enough for this shift'; break ;;
    *) exit "$code" ;;
  esac

  # 3. Read it: here what rules found, and the policy in the version that is at hand.
  item=$(take 'd["item"]["id"]')
  read -r lease fence <<<"$(take 'd["lease"]["id"], d["lease"]["fence"]')"
  read -r policy basis <<<"$(take 'd["policies"][0]["category"] + "@" + d["policies"][0]["version"], d["reading"]["basis"]')"
  action=$(take '"remove" if any(one["severity"] in ("high", "critical") for one in d["why"]) else "limit"')
  held=(--desk "$desk" --lease "$lease" --fence "$fence")

  # 4. Not every item is for us. The second is passed on: it is not offered to us again, but to others.
  if [ "$turn" = 2 ]; then
    moderation review release "$item" "${held[@]}" --reason unsure --note 'slang that I do not know' >&2
    skipped=$((skipped + 1))
    continue
  fi

  # 5. Decide, citing the policy that we have read. The key makes it safe to send the same again.
  verdict=(--policy "$policy" --basis "$basis" --note 'worked by docs/work-a-queue.sh' --json)
  try moderation review decide "$item" "${held[@]}" --action "$action" "${verdict[@]}" --idempotency-key "$lease"
  case $code in
    0) ;;
    "$LOST") say "item $item: our lease is over, somebody else has it now"; continue ;;
    "$DECIDED") say "item $item: $(take 'd["by"]') was first: $(take 'd["action"]')"; continue ;;
    "$HELD") say "item $item: two opinions differ, a lead decides"; continue ;;
    "$FORBIDDEN") moderation review escalate "$item" "${held[@]}" --note 'beyond what I may do' >&2; continue ;;
    *) exit "$code" ;;
  esac

  # 6. The first decision was a slip: undone before it takes effect, nobody outside ever hears of it. The item is ours
  #    again, with a new lease, and decided anew.
  if [ "$turn" = 1 ]; then
    out=$(moderation review undo "$(take 'd["decision"]')" --desk "$desk" --json)
    read -r lease fence <<<"$(take 'd["lease"]["id"], d["lease"]["fence"]')"
    held=(--desk "$desk" --lease "$lease" --fence "$fence")
    out=$(moderation review decide "$item" "${held[@]}" --action limit "${verdict[@]}")
  fi
  decided+=("$(take 'd["decision"]')")
done

# 7. What was done, and the log of it: every verdict is a link of a chain that nobody can edit unseen.
moderation review stats live --by desk,basis >&2
moderation audit verify >&2

# 8. What is published is what still stands when the time to undo is over.
printf '{"desk": "%s", "decided": %d, "skipped": %d}\n' "$desk" "${#decided[@]}" "$skipped"
