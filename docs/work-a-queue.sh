#!/usr/bin/env bash
# Works a queue from end to end: what a shift does, as a script would do it.
#
#   docs/work-a-queue.sh [DESK]        zh or en; the zh desk where none is named
#
# It needs `moderation` and `jq` on the path, and finds the pool as every command does (MODERATION_HOME,
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
other=$([ "$desk" = zh ] && echo en || echo zh)

# The exit codes of docs/contracts.md that a script must expect.
EMPTY=3 LOST=4 DECIDED=5 HELD=6 FORBIDDEN=8 OVER_LOAD=10

say() { printf '%s\n' "$*" >&2; }

# Runs a command and keeps its exit code in `code` and its stdout in `out`, where `set -e` would end the script.
try() { code=0; out=$("$@") || code=$?; }

# 1. Look. Nothing is claimed yet: counts by desk and lane, and the numbers of the items in the order of claiming.
say "waiting at desk $desk: $(moderation review queue peek --desk "$desk" --json | jq -c '.open')"

decided=() skipped=0 turn=0
while :; do
  # 2. Claim the next item. Exit 3: nothing waits. Exit 10: whoever this is has read enough for one shift.
  #    What is not needed yet (--with) is not gathered, which makes the command quick.
  try moderation review claim --desk "$desk" --with why --json
  case $code in
    0) ;;
    "$EMPTY") say 'the queue is empty'; break ;;
    "$OVER_LOAD") say 'enough for this shift'; break ;;
    *) exit "$code" ;;
  esac
  item=$(jq -r '.item.id' <<<"$out")
  held=(--lease "$(jq -r '.lease.id' <<<"$out")" --fence "$(jq -r '.lease.fence' <<<"$out")" --desk "$desk")
  turn=$((turn + 1))

  # 3. Read it. A post is hostile text: it goes from jq into variables and never to the terminal as it is.
  try moderation review show "$item" --desk "$desk" --with why,gloss,history --json
  [ "$code" = 0 ] || exit "$code"
  category=$(jq -r '.why[0].category // .policies[0].category' <<<"$out")
  version=$(jq -r --arg c "$category" '.policies[] | select(.category == $c) | .version' <<<"$out")
  severity=$(jq -r '.why[0].severity // "low"' <<<"$out")
  basis=$(jq -r '.reading.basis' <<<"$out")
  say "item $item: $category, $severity, reads $(jq -r '.reading.mine' <<<"$out")"

  # 4. Not every item is for us. The second is passed on: it is not offered to us again, but to others.
  if [ "$turn" = 2 ]; then
    moderation review release "$item" "${held[@]}" --reason unsure --note 'slang that I do not know' --json >&2
    skipped=$((skipped + 1))
    continue
  fi

  # 5. About the third we ask the other desk, which does not see what we think. Once it agrees, that takes effect.
  if [ "$turn" = 3 ]; then
    moderation review second "$item" "${held[@]:0:4}" --desk "$other" --action limit --category "$category" \
      --basis "$basis" --json >&2
    continue
  fi

  # 6. Decide, citing the policy in the version that we have read. The key makes it safe to send the same again.
  action=limit
  case $severity in high | critical) action=remove ;; esac
  try moderation review decide "$item" "${held[@]}" --action "$action" --policy "$category@$version" \
    --basis "$basis" --note 'worked by docs/work-a-queue.sh' --idempotency-key "work-a-queue-$item-$turn" --json
  case $code in
    0) decided+=("$(jq -r '.decision' <<<"$out")") ;;
    "$LOST") say "item $item: our lease is over, somebody else has it now"; continue ;;
    "$DECIDED") say "item $item: $(jq -r '.by' <<<"$out") was first: $(jq -r '.action' <<<"$out")"; continue ;;
    "$HELD") say "item $item: two opinions differ, a lead decides"; continue ;;
    "$FORBIDDEN") moderation review escalate "$item" "${held[@]}" --note 'beyond what I may do' --json >&2; continue ;;
    *) exit "$code" ;;
  esac

  # 7. The first decision was a slip: undone before it takes effect, nobody outside ever hears of it. The item is ours
  #    again, with a new lease, and decided anew.
  if [ "${#decided[@]}" = 1 ] && [ "$turn" = 1 ]; then
    moderation review undo "${decided[0]}" --desk "$desk" --json >&2
    out=$(moderation review show "$item" --desk "$desk" --with why --json)
    held=(--lease "$(jq -r '.lease.id' <<<"$out")" --fence "$(jq -r '.lease.fence' <<<"$out")" --desk "$desk")
    decided=("$(moderation review decide "$item" "${held[@]}" --action limit --policy "$category@$version" \
      --basis "$basis" --json | jq -r '.decision')")
  fi
done

# 8. The other desk gives its opinion of what it was asked. Where it differs the command ends with 6.
while :; do
  try moderation review claim --desk "$other" --with why --json
  [ "$code" = "$EMPTY" ] && break
  [ "$code" = 0 ] || exit "$code"
  item=$(jq -r '.item.id' <<<"$out")
  held=(--lease "$(jq -r '.lease.id' <<<"$out")" --fence "$(jq -r '.lease.fence' <<<"$out")" --desk "$other")
  category=$(jq -r '.why[0].category // .policies[0].category' <<<"$out")
  try moderation review decide "$item" "${held[@]}" --action limit --category "$category" \
    --basis "$(jq -r '.reading.basis' <<<"$out")" --json
  [ "$code" = 0 ] || [ "$code" = "$HELD" ] || exit "$code"
done

# 9. Hand over: a note for those who come, then the digest of the shift in both languages. A desk that works no shift
#    now has nothing to hand over, which is no reason to fail.
if moderation review handover note --desk "$desk" --note 'the queue was worked by a script' --json >&2; then
  moderation review handover publish --desk "$desk" --json | jq -r '.text.en' >&2
fi

# 10. What was done, and the log of it: every verdict is a link of a chain that nobody can edit unseen.
moderation review stats live --by desk,basis --json | jq -c '.rows[]' >&2
moderation audit verify >&2

# 11. What is published is what still stands when the time to undo is over.
jq -cn --arg desk "$desk" --argjson skipped "$skipped" '$ARGS.positional | {desk: $desk, decided: ., skipped: $skipped}' \
  --args "${decided[@]}"
moderation review export transparency --since 1h
