"""The trained network against its form in numpy, and what its training sees. Needs torch: the extra ``train``."""

from __future__ import annotations

import json
import random
from argparse import Namespace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from benchmarks.gold.documents import read_split

torch = pytest.importorskip("torch")

from training.batches import make_batch  # noqa: E402
from training.examples import example  # noqa: E402
from training.feed import Feed, Steps  # noqa: E402
from training.losses import losses_of  # noqa: E402
from training.network import Reader  # noqa: E402
from training.partners import Partners  # noqa: E402
from training.teachers import load_reader, taught_by  # noqa: E402
from training.together import train_together  # noqa: E402
from training.train import Trainer, options_of  # noqa: E402
from training.trust import ANNOTATED, CERTAIN, NOBODY  # noqa: E402
from training.windows import lay  # noqa: E402

from policygraph.annotate.neural.known import Matcher  # noqa: E402
from policygraph.annotate.neural.model import load_model  # noqa: E402
from policygraph.annotate.neural.network import Heads, softmax  # noqa: E402

WIDTH, INNER, LAYERS, WORDS = 64, 96, 2, 30522
WEIGHTS_FOLDER = Path(__file__).resolve().parents[3] / "src" / "policygraph" / "annotate" / "neural" / "weights"


def _weights() -> dict[str, Any]:
    chance = np.random.default_rng(3)

    def of(*shape: int) -> Any:
        return (0.05 * chance.standard_normal(shape)).astype(np.float32)

    found = {
        "embeddings.word_embeddings.weight": of(WORDS, WIDTH),
        "embeddings.position_embeddings.weight": of(512, WIDTH),
        "embeddings.token_type_embeddings.weight": of(2, WIDTH),
        "embeddings.LayerNorm.weight": 1 + of(WIDTH),
        "embeddings.LayerNorm.bias": of(WIDTH),
    }
    sizes = {
        "attention.self.query": (WIDTH, WIDTH), "attention.self.key": (WIDTH, WIDTH),
        "attention.self.value": (WIDTH, WIDTH), "attention.output.dense": (WIDTH, WIDTH),
        "intermediate.dense": (INNER, WIDTH), "output.dense": (WIDTH, INNER),
        "attention.output.LayerNorm": (WIDTH,), "output.LayerNorm": (WIDTH,),
    }  # fmt: skip
    for layer in range(LAYERS):
        for name, size in sizes.items():
            prefix = f"encoder.layer.{layer}.{name}"
            found[f"{prefix}.weight"] = of(*size) if len(size) == 2 else 1 + of(*size)
            found[f"{prefix}.bias"] = of(size[0])
    return found


def _documents(count: int) -> list[dict[str, Any]]:
    rows = [d for d in read_split("train") if "text" in d and d["id"].startswith("gold-x1") and d["statements"]]
    return sorted(rows, key=lambda d: len(d["text"]))[:count]


@pytest.fixture
def options(tmp_path: Path) -> Namespace:
    weights, data, plain = tmp_path / "weights.npz", tmp_path / "data.jsonl", tmp_path / "plain.jsonl"
    np.savez(weights, **_weights())
    rows = _documents(8)
    data.write_text("".join(json.dumps(row) + "\n" for row in rows[:6]))
    plain.write_text("".join(json.dumps({**row, "statements": []}) + "\n" for row in rows[6:]))
    arguments = [
        "--data", str(data), "--weights", str(weights), "--tokenizer", str(WEIGHTS_FOLDER / "tokenizer.json"),
        "--unlabelled", str(plain), "--out", str(tmp_path / "out"), "--batch", "3", "--epochs", "1", "--hold", "0",
        "--device", "cpu", "--workers", "1",
    ]  # fmt: skip
    return options_of(arguments)


def test_the_heads_in_numpy_give_what_the_trained_ones_give() -> None:
    torch.manual_seed(5)
    reader = Reader(_weights()).eval()
    heads = Heads({k: v.numpy() for k, v in reader.state_dict().items() if not k.startswith("encoder.")})
    item = example(_documents(1)[0], load_model().tokenizer, Matcher({}))
    batch = make_batch([item])
    inputs = tuple(torch.from_numpy(a) for a in (item.encoded.ids, item.encoded.shapes, item.encoded.gazetteer))
    with torch.no_grad():
        hidden = reader.hidden(lay([inputs]))
        mentions = reader.spans(hidden, batch.first, batch.last, batch.types)
        entities = reader.entities(mentions, batch.entity_of, len(batch.entity_types))
        own = torch.ones(len(batch.labels), len(hidden), dtype=torch.bool)
        logits, state, _ = reader.pairs(hidden, mentions, entities, batch.entity_types, batch.features, own)
        told = _told(reader, batch, hidden, mentions, state)
    plain = hidden.numpy()
    spans = heads.spans(plain, batch.first.numpy(), batch.last.numpy(), batch.types.numpy())
    owner = batch.entity_of.numpy()
    things = heads.entities(spans, owner, len(batch.entity_types))
    found, read = heads.pairs(plain, spans, things, batch.entity_types.numpy(), item.features)
    assert len(found) > 10
    assert np.allclose(softmax(found), logits.softmax(-1).numpy(), atol=1e-4)
    assert np.allclose(read, state.numpy(), atol=1e-3)
    index, step, inside = (x.numpy() for x in (batch.pair_of_target, batch.step, batch.inside))
    weight, code = heads.evidence(plain, read[index], batch.predicate.numpy(), batch.near.numpy())
    attribute = heads.attributes(plain, code, weight)
    again = [*heads.tags(plain), weight, *heads.classes(attribute), *heads.pointers(attribute, spans, step, inside)]
    again.append(heads.links(spans, np.array([0, 1]), np.array([2, 2]), np.eye(2, 10, dtype=np.float32)))
    assert len(index) > 1
    for ours, theirs in zip(again, told, strict=True):
        assert np.allclose(ours, theirs.numpy(), atol=1e-3)


def _told(reader: Any, batch: Any, hidden: Any, mentions: Any, state: Any) -> list[Any]:
    """What the trained heads say of words, statements and links, as the form in numpy gives it."""
    read = state[batch.pair_of_target]
    scores, code = reader.evidence(hidden, read, batch.predicate, batch.near)
    weight = scores.sigmoid()
    attribute = reader.attributes(hidden, code, weight, torch.ones_like(weight, dtype=torch.bool))
    pair = (torch.tensor([0, 1]), torch.tensor([2, 2]), torch.eye(2, 10))
    return [
        reader.outer(hidden).log_softmax(-1), reader.inner(hidden).log_softmax(-1), weight,
        *(getattr(reader, name)(attribute).softmax(-1) for name in ("effect", "modality", "lifecycle")),
        reader.speaker_words(attribute).sigmoid(), *reader.pointers(attribute, mentions, batch.step, batch.inside),
        reader.links(mentions, *pair).sigmoid(),
    ]  # fmt: skip


def test_weights_that_were_not_saved_to_the_end_are_none(options: Namespace, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer = Trainer(options, Feed(options))

    def half(state: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError("no space left")

    monkeypatch.setattr(torch, "save", half)
    with pytest.raises(OSError, match="space"):
        trainer.run()
    assert not (options.out / "reader.pt").exists()


def test_a_reader_of_another_make_is_refused(tmp_path: Path) -> None:
    reader = Reader(_weights())
    state = reader.state_dict()
    path = tmp_path / "reader.pt"
    torch.save({k: v for k, v in state.items() if k != "encoder.word.weight"}, path)
    torch.testing.assert_close(load_reader(path, _weights(), "cpu").state_dict(), state)
    torch.save({k: v for k, v in state.items() if not k.startswith("near_subject")}, path)
    with pytest.raises(ValueError, match=r"another make: near_subject\.0\.bias, near_subject\.0\.weight"):
        load_reader(path, _weights(), "cpu")


def test_a_step_is_the_same_whoever_makes_it(options: Namespace) -> None:
    options.swaps, options.noise = 0.5, 0.9
    first, again = (Steps(Feed(options), options, 3) for _ in range(2))
    for step in (0, 1, 2):
        (one,), (other,) = first[step], again[step]
        assert one.identities == other.identities
        assert torch.equal(one.windows.ids, other.windows.ids)
        assert torch.equal(one.windows.gazetteer, other.windows.gazetteer)
        assert torch.equal(one.batch.labels, other.batch.labels)
    assert first[0][0].identities != first[2][0].identities


def test_laid_end_to_end_a_text_has_the_states_it_has_alone(options: Namespace) -> None:
    reader = Reader(_weights()).eval()
    (piece,) = Steps(Feed(options), options, 3)[0]
    (alone, *_) = Steps(Feed(options), options, 1)[0]
    with torch.no_grad():
        together, own = reader.hidden(piece.windows), reader.hidden(alone.windows)
    assert torch.allclose(together[: len(own)], own, atol=1e-4)


def test_teachers_move_the_target_by_how_far_a_documents_own_labels_are_trusted(options: Namespace) -> None:
    options.unlabelled_share, options.grammar_share, options.grammar = 1.0, 0.5, options.data[0]
    torch.manual_seed(1)
    student, teacher = Reader(_weights()).eval(), Reader(_weights()).eval()
    feed = Feed(options)
    pieces = [piece for step in range(feed.steps(options)) for piece in Steps(feed, options, 1)[step]]
    seen = set()
    for piece in pieces:
        (trust,) = piece.batch.trust.tolist()
        seen.add(trust)
        hidden = student.hidden(piece.windows)
        gold = losses_of(student, piece.batch, hidden)
        by_itself = losses_of(student, piece.batch, hidden, taught_by([student], piece.windows, piece.batch))
        by_other = losses_of(student, piece.batch, hidden, taught_by([teacher], piece.windows, piece.batch))
        assert by_itself["outer"] <= by_other["outer"] + 1e-4  # no target is nearer than one's own opinion
        if trust == CERTAIN:
            assert torch.isclose(gold["pair"], by_other["pair"])
        elif trust:
            assert not torch.isclose(gold["pair"], by_other["pair"])
        else:
            assert gold["outer"] == 0 or not torch.isclose(gold["outer"], by_other["outer"])
            assert "evidence" not in gold
    assert seen == {NOBODY, ANNOTATED, CERTAIN}


def test_labels_are_trusted_as_far_as_the_options_say_with_found_mentions_too(options: Namespace) -> None:
    options.trust, options.swaps, options.noise = 0.7, 0.5, 0.5
    feed = Feed(options)
    pieces = [piece for step in range(feed.steps(options)) for piece in Steps(feed, options, 1)[step]]
    assert {round(float(piece.batch.trust), 3) for piece in pieces} == {0.7}


def test_how_statements_are_told_weighs_as_the_options_say(options: Namespace) -> None:
    options.told = 3.0
    trainer = Trainer(options, Feed(options))
    trainer.reader.eval()
    pieces = Steps(trainer.feed, options, 3)[0]
    random.seed(1)
    heavy = trainer._step(pieces)
    options.told = 1.0
    trainer = Trainer(options, trainer.feed)
    trainer.reader.eval()
    random.seed(1)
    plain = trainer._step(pieces)
    assert float(heavy["modality"]) == pytest.approx(3 * float(plain["modality"]), rel=1e-3)
    assert float(heavy["pair"]) == pytest.approx(float(plain["pair"]), rel=1e-3)


def test_partners_end_with_the_same_weights(options: Namespace) -> None:
    options.epochs, options.batch = 25, 3  # 50 steps: a meeting, and one at the end
    runs = [Namespace(**{**vars(options), "out": options.out / name, "seed": 7 + k}) for k, name in enumerate("ab")]
    size = sum(value.numel() for value in Reader(_weights()).state_dict().values())
    train_together(lambda: Feed(options), runs, at_once=2, partners=Partners(2, size, patience=120))
    one, other = (torch.load(run.out / "reader.pt", weights_only=True) for run in runs)
    assert torch.equal(one["outer.weight"], other["outer.weight"])
    assert not torch.equal(one["outer.weight"], Reader(_weights()).outer.weight)


def test_texts_that_nobody_annotated_need_teachers(options: Namespace) -> None:
    options.unlabelled_share = 1.0
    with pytest.raises(ValueError, match="teachers"):
        Trainer(options, Feed(options))


def test_a_run_goes_on_from_its_checkpoint_and_ends_with_weights(
    options: Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    trainer = Trainer(options, Feed(options))
    before = trainer.reader.outer.weight.detach().clone()
    for group in trainer.optimizer.param_groups:
        group["lr"] = 1e-9  # as low as late in a run; the rates are those of the options, whatever a checkpoint had
    trainer._checkpoint(1, 7.0)
    again = Trainer(options, Feed(options))
    again.run()
    printed = capsys.readouterr().out
    assert "steps 1 to 2" in printed
    assert int(printed.split("trained 2 steps in ")[1].split()[0]) >= 7
    assert again.optimizer.param_groups[0]["lr"] == pytest.approx(options.rate / 2)
    state = torch.load(options.out / "reader.pt", weights_only=True)
    assert not torch.equal(before, state["outer.weight"])
