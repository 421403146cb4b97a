import Checklists
import Language
import Scoring

/// A diff as JSON (`diff/1`), with the ids of all records; `touchline schema diff` describes it.
package enum DiffJSON {
    /// Hands over the bytes piece by piece, so that the ids of many records take no memory.
    package static func write(_ report: DiffReport, to emit: ([UInt8]) -> Void) throws {
        var report = report
        let diff = report.diff
        var json = JSONWriter(pretty: true)
        json.beginObject()
        json.field("touchline", "diff/1")
        json.field("of", report.subject.rawValue)
        for (key, name, audit) in [("old", report.oldName, diff.old), ("new", report.newName, diff.new)] {
            json.key(key)
            write(audit, called: name, to: &json)
        }
        json.field("snapshot", report.snapshot)
        json.field("summary", report.summary)
        json.list("definitions", diff.definitions, write)
        json.key("verdicts")
        json.beginArray()
        for change in report.verdicts.list {
            json.beginObject()
            json.field("partner", change.partner)
            json.field("checklist", change.checklist)
            json.field("item", change.item)
            json.field("unit", change.unit.rawValue)
            json.field("old", change.from?.rawValue)
            json.field("new", change.to?.rawValue)
            json.field("count", change.count)
            json.key("records")
            json.beginArray()
            try report.verdicts.forEachRecord(of: change) { id in
                // Records that name no customer are on nobody's timeline.
                if id.isEmpty, change.unit == .customer { json.null() } else { json.string(id) }
                if json.output.count > 1 << 16 { emit(json.taken()) }
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
        writeFigures(diff, to: &json)
        json.endObject()
        json.newline()
        emit(json.taken())
    }

    private static func writeFigures(_ diff: AuditDiff, to json: inout JSONWriter) {
        json.list("rates", diff.rates) { change, json in
            json.object { json in
                let item = change.item.new ?? change.item.old
                json.field("partner", change.partner)
                json.field("checklist", item?.checklist)
                json.field("item", item?.item)
                write(change.item, to: &json) { item, json in
                    json.field("met", item.met)
                    json.field("missed", item.missed)
                    json.field("rate", item.rate)
                    json.field("target", item.target)
                }
            }
        }
        json.list("scores", diff.scores) { change, json in
            json.object { json in
                json.field("partner", change.partner)
                json.field("function", (change.score.new ?? change.score.old)?.function)
                write(change.score, to: &json) { score, json in
                    json.field("value", score.value)
                    json.field("low", score.low)
                    json.field("high", score.high)
                }
            }
        }
        json.list("flags", diff.flags) { change, json in
            json.object { json in
                let flag = change.flag.new ?? change.flag.old
                json.field("change", change.kind.rawValue)
                json.field("id", flag?.id)
                json.field("partner", flag?.partner)
                json.field("checklist", flag?.checklist)
                json.field("item", flag?.item)
                json.field("kind", flag?.kind)
                json.field("dimension", flag?.dimension)
                write(change.flag, to: &json) { flag, json in
                    json.field("tier", flag.tier)
                    json.field("state", flag.state)
                    json.field("n", flag.n)
                    json.field("effect", flag.effect)
                    json.field("q", flag.q)
                    json.field("sentence", flag.sentence)
                }
            }
        }
        json.list("partners", diff.partners) { change, json in
            json.object { json in
                json.field("id", (change.new ?? change.old)?.id)
                write(change, to: &json) { partner, json in
                    json.field("name", partner.name)
                    json.list("functions", partner.functions) { $1.string($0) }
                    json.field("records", partner.records)
                }
            }
        }
        json.list("sources", diff.sources) { change, json in
            json.object { json in
                json.field("id", (change.new ?? change.old)?.id)
                write(change, to: &json) { source, json in
                    json.field("outcome", source.outcome)
                    json.field("reason", source.reason)
                    json.field("records", source.records)
                    json.field("rejected", source.rejected)
                }
            }
        }
    }

    /// The fields `old` and `new`, null where there is none.
    private static func write<Thing>(
        _ change: AuditDiff.Change<Thing>, to json: inout JSONWriter, _ body: (Thing, inout JSONWriter) -> Void
    ) {
        for (key, thing) in [("old", change.old), ("new", change.new)] {
            json.key(key)
            if let thing { json.object { body(thing, &$0) } } else { json.null() }
        }
    }

    private static func write(_ audit: AuditFigures, called name: String, to json: inout JSONWriter) {
        json.object { json in
            json.field("name", name)
            json.field("audit", audit.id)
            json.field("network", audit.network)
            json.field("as_of", audit.asOf)
            json.field("complete", audit.isComplete)
            json.list("checklists", audit.checklists) { checklist, json in
                json.object { json in
                    json.field("id", checklist.id)
                    json.field("version", checklist.version)
                    json.field("sha256", checklist.sha256)
                }
            }
        }
    }

    private static func write(_ change: DefinitionChange, to json: inout JSONWriter) {
        json.object { json in
            json.field("change", change.kind.rawValue)
            json.field("checklist", change.checklist)
            json.field("item", change.item)
            json.field("title", change.title)
            json.field("old_version", change.oldVersion)
            json.field("new_version", change.newVersion)
            json.list("words", change.words) { words, json in
                json.object { json in
                    json.field("name", words.name)
                    json.field("old", words.old)
                    json.field("new", words.new)
                }
            }
        }
    }
}
