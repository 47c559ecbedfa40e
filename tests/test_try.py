from common.services import counting, counter_copies, housekeeping, publishing_due
from schedule import running
from tests import factories as f
def test_x(runtime, redis):
    a=f.ArticleFactory(published=True)
    for i in range(3): f.AttitudeFactory(article_id=a.article_id)
    c=f.CommentFactory(); r=f.CommentFactory(to=c); r2=f.CommentFactory(to=r)
    o=counting.rebuild(); print("\n".join(o.lines), o.failures, o.rows_changed)
    print(redis.keys())
    print(redis.zrange("count:art:reply",0,-1,withscores=True), c.comment_id, r.comment_id)
    o=counting.rebuild(dry_run=True); print("\n".join(o.lines), o.failures)
    print(redis.keys())
    print(counter_copies.flush())
    for n in ("purge","publish.due","counters.restore","counters.flush","statistics.fix"):
        print(n, running.run_job(n))
    print(running.list_jobs(), running.history(3))
    print(redis.keys())
    assert 0
