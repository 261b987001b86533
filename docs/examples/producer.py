"""A producer of its own that runs Celery, and waits while the workers ask it to.

python producer.py redis://localhost:6379/0 < posts.jsonl
"""

import json
import sys
import time
from itertools import islice

import redis
from celery import Celery

app = Celery(broker=sys.argv[1])
client = redis.Redis.from_url(sys.argv[1])
while posts := [json.loads(line) for line in islice(sys.stdin, 256)]:
    while seconds := int(client.hget("moderation:surge", "retry_after_s") or 0):
        time.sleep(seconds)
    app.send_task("moderation.submit", args=[posts], queue="intake", ignore_result=True)
