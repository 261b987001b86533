-- Counts authors' posts, one after the other. counters.py says what the keys hold.
--
-- KEYS[1]  prefix of all keys
-- ARGV     most posts that are kept, number of kinds, for each kind: its name, microseconds that a post is kept,
--          seconds that a key lives at least and at most, number of windows, each window in microseconds; then all
--          posts in one string, each a record: author 8, post 12, time 8, for each kind a byte, 1 where it is of it
-- Gives    for each post the count in each window of each kind, 4 bytes each, in one string

local most, number, posts = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[#ARGV]
local HEAD = 28
local byte, find, sub = string.byte, string.find, string.sub

local kinds, argument = {}, 3
for k = 1, number do
  local name, kept, least, most_s, windows = unpack(ARGV, argument, argument + 4)
  local kind = {stem = KEYS[1] .. name .. ':', kept = tonumber(kept), least = tonumber(least), lifetime = most_s}
  for n = 1, tonumber(windows) do kind[n] = tonumber(ARGV[argument + 4 + n]) end
  kinds[k], argument = kind, argument + 5 + #kind
end

-- A value of a foreign kind under one of our keys is as good as none; every other error is one.
local function try(...)
  local answer = redis.pcall(...)
  if type(answer) == 'table' and answer.err then
    if find(answer.err, 'WRONGTYPE', 1, true) then return nil end
    error(answer.err, 0)
  end
  return answer
end

local counts = {}
for first = 1, #posts, HEAD + number do
  local author, post = sub(posts, first, first + 7), sub(posts, first + 8, first + 19)
  local time = struct.unpack('>I8', posts, first + 20)
  for k, kind in ipairs(kinds) do
    local key, at, added = kind.stem .. author, time, nil
    local counted = byte(posts, first + HEAD - 1 + k) == 1
    if counted then
      added = try('ZADD', key, 'NX', time, post)
      if added == 0 then at = tonumber(try('ZSCORE', key, post)) or time end
    end
    for _, within in ipairs(kind) do
      local count = try('ZCOUNT', key, at - within + 1, at) or (counted and 1 or 0)
      counts[#counts + 1] = struct.pack('>I4', count)
    end
    if added == 1 then
      if redis.call('ZCARD', key) == 1 then  -- most authors have no other post
        redis.call('EXPIRE', key, kind.lifetime)
      else
        redis.call('ZREMRANGEBYSCORE', key, '-inf', at - kind.kept)
        redis.call('ZREMRANGEBYRANK', key, 0, -most - 1)
        if redis.call('TTL', key) < kind.least then redis.call('EXPIRE', key, kind.lifetime) end  -- writes are dear
      end
    end
  end
end
return table.concat(counts)
