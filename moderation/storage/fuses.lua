-- Counts posts and the rules that they match; cuts off a rule that matches too much. fuses.py says what the keys hold.
--
-- KEYS[1]  prefix of all keys
-- ARGV     now, slices of a window, number of totals, for each total: stem of its keys, slice, seconds that it lives,
--          bytes of a member, all members in one string; then for each fuse that has hits in a slice, in order of the
--          slices, the same five, the stem of its total, rule, version, language, least hits, share

local prefix, now, slices, totals = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local cuts, mended = prefix .. 'cut', prefix .. 'mended'
local AT_ONCE = 1000  -- members in a command: Lua's stack holds 8,000
local find, format, sub = string.find, string.format, string.sub

-- A foreign value under one of our keys is as good as none; every other error is one.
local function try(...)
  local answer = redis.pcall(...)
  if type(answer) == 'table' and answer.err then
    if find(answer.err, 'WRONGTYPE', 1, true) or find(answer.err, 'INVALIDOBJ', 1, true) then return nil end
    error(answer.err, 0)
  end
  return answer
end

local function add(stem, slice, lifetime, size, members)
  local key = stem .. slice
  for first = 1, #members, size * AT_ONCE do
    local some = {}
    for at = first, math.min(#members, first + size * AT_ONCE - 1), size do
      some[#some + 1] = sub(members, at, at + size - 1)
    end
    try('PFADD', key, unpack(some))
  end
  try('EXPIRE', key, lifetime)
end

-- How many there are in the window that ends with a slice, each once; nil where a slice is not ours.
local known = {}
local function count(stem, slice)
  local last = stem .. slice
  if known[last] == nil then
    local keys = {}
    for n = 1, slices do keys[n] = stem .. format('%.0f', slice - slices + n) end
    known[last] = try('PFCOUNT', unpack(keys)) or false
  end
  return known[last]
end

local next = 4
for _ = 1, totals do
  add(prefix .. ARGV[next], ARGV[next + 1], ARGV[next + 2], ARGV[next + 3], ARGV[next + 4])
  next = next + 5
end

for at = next, #ARGV, 11 do
  local stem, slice, lifetime, size, members, total_stem, rule, version, language, least, share =
    unpack(ARGV, at, at + 10)
  local cut = rule .. ' ' .. version .. ' ' .. language
  if try('HEXISTS', cuts, cut) ~= 1 then
    local times = try('HMGET', mended, rule, rule .. ' ' .. language) or {}
    stem = format('%s%.0f:', prefix .. stem, (tonumber(times[1]) or 0) + (tonumber(times[2]) or 0))
    add(stem, slice, lifetime, size, members)
    local hits = count(stem, slice)
    if hits and hits >= tonumber(least) then
      local total = count(prefix .. total_stem, slice)
      if total and hits > tonumber(share) * total then
        try('HSETNX', cuts, cut, format('%s %.0f %.0f', now, hits, math.max(hits, total)))
      end
    end
  end
end
