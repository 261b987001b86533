-- Appends to the decision stream, all or nothing. stream.py says what the entries hold.
--
-- KEYS  the publisher's name, the stream, the number of the last publication that it holds
-- ARGV  who wants to publish, the milliseconds for which it stays the publisher, about how many entries the stream keeps,
--       the number of the last; then for each entry: post id, revision, kind, body
-- Gives 1, or 0 where another is the publisher

local publisher, stream = KEYS[1], KEYS[2]
if redis.call('GET', publisher) ~= ARGV[1] then return 0 end
for n = 5, #ARGV, 4 do
  local id, revision, kind, body = ARGV[n], ARGV[n + 1], ARGV[n + 2], ARGV[n + 3]
  redis.call('XADD', stream, 'MAXLEN', '~', ARGV[3], '*', 'post_id', id, 'revision', revision, 'kind', kind, 'body', body)
end
redis.call('SET', KEYS[3], ARGV[4])
redis.call('PEXPIRE', publisher, ARGV[2])
return 1
