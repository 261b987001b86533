-- Counts posts in the campaigns of one level, one after the other. campaigns.py says what the keys hold.
--
-- KEYS[1]  prefix of the level's keys
-- ARGV     likeness, least bands to share, most leaders of a band, most to compare, shingles kept, microseconds of a
--          period, the period of now, seconds that a key lives, number of windows, each window in microseconds,
--          then each post as a record: 16 bands of 4 bytes, post 8, revision 4, author 8, time 8, shingles of 4 each
-- Gives    for each post false where it is alone, else its campaign, members, first time, authors in each window

local prefix = KEYS[1]
local gte, least_shared, most_sharing = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local most_compared, kept = tonumber(ARGV[4]), tonumber(ARGV[5])
local period, newest, lifetime = tonumber(ARGV[6]), tonumber(ARGV[7]), ARGV[8]
local windows = {}
for n = 1, tonumber(ARGV[9]) do windows[n] = tonumber(ARGV[9 + n]) end

local BANDS, HEAD, ENTRY, ENDLESS = 16, 92, 6, math.huge
local NOBODY = string.rep('\0', 8)
local byte, find, format, sub = string.byte, string.find, string.format, string.sub
local pack, unpack, table_unpack = struct.pack, struct.unpack, unpack

-- A value of a foreign kind under one of our keys is as good as none; every other error is one.
local function checked(answer)
  if type(answer) == 'table' and answer.err then
    if find(answer.err, 'WRONGTYPE', 1, true) or find(answer.err, 'not an integer', 1, true) then return nil end
    error(answer.err, 0)
  end
  return answer
end

local function try(...)
  return checked(redis.pcall(...))
end

local function time_of(record)
  return (unpack('>I8', record, 85))
end

local function post_of(record) return sub(record, 65, 72) end
local function author_of(record) return sub(record, 77, 84) end

-- The shingles of a record, with an end mark, and their number; nil where it is not a record.
local function shingles_of(record)
  local number = (#record - HEAD) / 4
  if number < 1 or number > kept or number % 1 ~= 0 then return nil end
  local shingles = {unpack('>' .. string.rep('I4', number), record, HEAD + 1)}
  shingles[number + 1] = ENDLESS
  return shingles, number
end

-- The Jaccard likeness of two ascending lists, by the smallest of both; 0 as soon as it is too little.
local function likeness(ones, others, size, other_size)
  local spare = (1 - gte) * math.min(kept, math.min(size, other_size) / gte) + 1
  local i, j, common, union = 1, 1, 0, 0
  while union < kept do
    local one, other = ones[i], others[j]
    if one == other then
      if one == ENDLESS then break end
      common, i, j = common + 1, i + 1, j + 1
    elseif one < other then
      i = i + 1
    else
      j = j + 1
    end
    union = union + 1
    if union - common > spare then return 0 end
  end
  return common / union
end

-- The keys of a record's buckets in a period.
local function buckets_of(index, record)
  local start = index .. 'b:'
  local keys = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}  -- made in its size at once, which is faster
  for band = 1, BANDS do keys[band] = start .. sub(record, 4 * band - 3, 4 * band - 2) end
  return keys
end

-- The leaders of a period that share bands with a post, with how many, and the bands that have room for no more.
local function sharing(buckets, post)
  local shared, order, full = {}, {}, {}
  local found = redis.call('MGET', table_unpack(buckets))
  for band = 1, BANDS do
    local bucket = found[band]
    if bucket then
      local tag, number = sub(post, 4 * band - 1, 4 * band), 0
      local at = find(bucket, tag, 1, true)
      while at and number < most_sharing do
        if at % ENTRY == 1 then
          local leader = sub(bucket, at + 2, at + 5)
          if not shared[leader] then order[#order + 1] = leader end
          shared[leader] = (shared[leader] or 0) + 1
          number, at = number + 1, at + ENTRY
        else
          at = at + 1
        end
        at = find(bucket, tag, at, true)
      end
      full[band] = number >= most_sharing
    end
  end
  return shared, order, full
end

-- The leader (its record) most like a post, the first of several, if it is like enough.
local function nearest(index, post, shared, order)
  local leaders = {}
  for _, leader in ipairs(order) do
    if shared[leader] >= least_shared then leaders[#leaders + 1] = leader end
  end
  if #leaders == 0 then return nil end
  if #leaders > most_compared then
    table.sort(leaders, function(a, b)
      if shared[a] ~= shared[b] then return shared[a] > shared[b] end
      return a < b
    end)
    leaders[most_compared + 1] = nil
  end
  local my_shingles, mine_length = sub(post, HEAD + 1), #post - HEAD
  local mine, size
  local best, closest, first = 0, nil, nil
  for n = 1, math.min(#leaders, most_compared) do
    local leader = leaders[n]
    local record = try('HGET', index .. 'l:' .. sub(leader, 1, 3), sub(leader, 4))
    local alike = 0
    if record and sub(record, HEAD + 1) == my_shingles then
      alike = 1  -- a copy, as most are: nothing to unpack
    elseif record and math.min(#record - HEAD, mine_length) >= gte * math.max(#record - HEAD, mine_length) then
      if not mine then mine, size = shingles_of(post) end
      local theirs, other_size = shingles_of(record)
      if theirs then alike = likeness(mine, theirs, size, other_size) end
    end
    if alike >= gte and (alike > best or (alike == best and leader < first)) then
      best, closest, first = alike, record, leader
    end
  end
  return closest
end

-- Whether a period has leaders; asked once a call, of periods other than that of the post.
local known = {}
local function has_leaders(index)
  if known[index] == nil then known[index] = redis.call('EXISTS', index .. 'n') == 1 end
  return known[index]
end

local function lead(index, buckets, record, full)
  local number = try('INCR', index .. 'n')
  if not number then return end
  if number == 1 then redis.call('EXPIRE', index .. 'n', lifetime) end
  known[index] = true
  local leader = pack('>I4', number % 4294967296)
  local leaders = index .. 'l:' .. sub(leader, 1, 3)
  if not try('HSET', leaders, sub(leader, 4), record) then return end
  if redis.call('HLEN', leaders) == 1 then redis.call('EXPIRE', leaders, lifetime) end
  for band = 1, BANDS do
    if not full[band] then
      local length = redis.pcall('APPEND', buckets[band], sub(record, 4 * band - 1, 4 * band) .. leader)
      if length == ENTRY then redis.call('EXPIRE', buckets[band], lifetime) else checked(length) end
    end
  end
end

-- Counts a post once; the time at which it counts, which is that at which it was first seen.
local function add(campaign, author, post, at)
  local known = try('ZSCORE', campaign.times, author .. post)
  if known then return tonumber(known) end
  try('ZADD', campaign.times, at, author .. post)
  if author ~= NOBODY then
    local last = try('ZSCORE', campaign.last, author)
    if not last or tonumber(last) < at then try('ZADD', campaign.last, at, author) end
    try('ZADD', campaign.places, 0, author .. pack('>I8', at) .. post)
  end
  return at
end

-- What is four periods older than the newest can be in no window any more.
local function forget(campaign, horizon)
  local old = try('ZRANGEBYSCORE', campaign.times, '-inf', horizon, 'WITHSCORES')
  if not old or #old == 0 then return end
  for n = 1, #old, 2 do
    local at = math.max(0, tonumber(old[n + 1]))
    try('ZREM', campaign.places, sub(old[n], 1, 8) .. pack('>I8', at) .. sub(old[n], 9))
    try('ZREM', campaign.times, old[n])
  end
  try('ZREMRANGEBYSCORE', campaign.last, '-inf', horizon)
end

-- Counts a post in the campaign of a leader.
local function join(leader, post)
  local id = sub(leader, 65, 76)
  local campaign = {times = prefix .. 't:' .. id, last = prefix .. 'a:' .. id, places = prefix .. 'p:' .. id}
  local at = time_of(post)
  if try('EXISTS', campaign.times) == 0 then
    if post_of(post) == post_of(leader) then return false end
    add(campaign, author_of(leader), post_of(leader), time_of(leader))
  end
  forget(campaign, at - 4 * period)
  at = add(campaign, author_of(post), post_of(post), at)
  for _, key in pairs(campaign) do redis.call('EXPIRE', key, lifetime) end

  local members = try('ZCOUNT', campaign.times, at - period + 1, at) or 0
  if members < 2 then return false end
  local answer = {id, members, time_of(leader)}
  local later = try('ZRANGEBYSCORE', campaign.last, format('(%.0f', at), '+inf') or {}
  local after = pack('>I8', at + 1)
  for n, within in ipairs(windows) do
    local authors = try('ZCOUNT', campaign.last, at - within + 1, at) or 0
    local from = pack('>I8', math.max(0, at - within + 1))
    for _, one in ipairs(later) do
      local there = try('ZRANGEBYLEX', campaign.places, '[' .. one .. from, '(' .. one .. after, 'LIMIT', 0, 1)
      if there and #there > 0 then authors = authors + 1 end
    end
    answer[n + 3] = authors
  end
  return answer
end

local function see(post)
  local here = math.floor(time_of(post) / period)
  local index = prefix .. format('%.0f:', here)
  local buckets = buckets_of(index, post)
  local shared, order, full = sharing(buckets, post)
  local leader = nearest(index, post, shared, order)
  if leader then return join(leader, post) end
  for _, near in ipairs({here - 1, here + 1}) do
    local other = prefix .. format('%.0f:', near)
    if not leader and near <= newest and has_leaders(other) then
      leader = nearest(other, post, sharing(buckets_of(other, post), post))
    end
  end
  if not leader then
    lead(index, buckets, post, full)
    return false
  end
  -- The campaign lives on: its leader leads in this period too.
  buckets = buckets_of(index, leader)
  lead(index, buckets, leader, select(3, sharing(buckets, leader)))
  return join(leader, post)
end

local answers = {}
for n = 10 + #windows, #ARGV do answers[#answers + 1] = see(ARGV[n]) end
return answers
