"""What may teach the order of clauses: published answers, and nothing else."""

import json
from collections.abc import Callable
from pathlib import Path

from apiflask import APIFlask

from portal.curation import pairs, service
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import identity_of
from tests.portal.curation.test_curation import make_faq, publish_law


def test_only_published_answers_are_exported_with_their_clauses(
    app: APIFlask, make_account: Callable[..., Account], tmp_path: Path
) -> None:
    author, reviewer = (identity_of(make_account(kind="staff", roles="curator")) for _ in range(2))
    publish_law(author, reviewer)
    draft = service.save_faq(author, make_faq())
    db.session.commit()
    assert pairs.list_confirmed() == []
    service.try_question(author, draft.id, "虚构器械的流动展台能不能夜间开放？", "zh")
    service.submit(author, draft.id)
    service.publish(reviewer, draft.id)
    db.session.commit()
    result = app.test_cli_runner().invoke(args=["curation", "export-pairs", str(tmp_path / "pairs.jsonl")])
    assert result.exit_code == 0, result.output
    assert [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text(encoding="utf-8").splitlines()] == [
        {
            "question": "虚构器械的流动展台能不能夜间开放？",
            "gold": [{"title": "虚构器械展示管理办法", "articles": [2]}],
            "group": f"change-{draft.id}",
        }
    ]
