"""The policy texts that verdicts cite, each bound to its version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from moderation.domain.errors import PolicyStale, UsageError
from moderation.pool.review.view import Policy


@dataclass(frozen=True, slots=True)
class Policies(Mapping[str, Policy]):
    """Category → its policy as it holds now. Read by :func:`moderation.settings.load_policies`."""

    by_category: Mapping[str, Policy]

    def __getitem__(self, category: str) -> Policy:
        return self.by_category[category]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_category)

    def __len__(self) -> int:
        return len(self.by_category)

    def check(self, category: str, version: str | None = None) -> Policy:
        """The policy of a category, if ``version`` is the one that holds (None: whichever does).

        :class:`PolicyStale` where it is another; :class:`UsageError` where no such category is.
        """
        policy = self.by_category.get(category)
        if policy is None:
            raise UsageError(
                f"no policy is called {category!r}; there are {', '.join(self.by_category)}",
                zh=f"没有条款 `{category}`；可选：{'、'.join(self.by_category)}",
            )
        if version not in {None, policy.version}:
            raise PolicyStale(
                f"{category}@{version} is not the text that holds: that is {category}@{policy.version}; "
                f"read it, then decide citing {category}@{policy.version}",
                zh=f"{category}@{version} 不是现行条款，现行的是 {category}@{policy.version}；"
                f"请先阅读，再引用 {category}@{policy.version} 判定",
            )
        return policy
