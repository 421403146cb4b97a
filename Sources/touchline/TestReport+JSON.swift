import Checklists
import Language
import Reports

extension TestReport {
    var json: [UInt8] {
        var json = JSONWriter(pretty: true)
        json.object { json in
            json.field("touchline", "test/1")
            json.list("cases", results) { Self.write($0, &$1) }
            json.list("coverage", coverages) { Self.write($0, &$1) }
            if !mutations.isEmpty { json.list("mutations", mutations) { Self.write($0, &$1) } }
            json.list("problems", problems) { problem, json in
                json.object { json in
                    json.field("code", problem.code.name)
                    json.field("severity", problem.severity.rawValue)
                    Self.write(problem.position, &json)
                    json.field("message", problem.message)
                    json.field("help", problem.help)
                }
            }
        }
        json.newline()
        return json.bytes
    }

    private static func write(_ position: Position, _ json: inout JSONWriter) {
        json.field("file", position.file)
        json.field("line", position.line)
        json.field("column", position.column)
    }

    private static func write(_ result: ChecklistTests.Result, _ json: inout JSONWriter) {
        json.object { json in
            json.field("checklist", result.checklist)
            json.field("name", result.name)
            write(result.position, &json)
            json.field("passed", result.passed)
            json.list("mismatches", result.mismatches) { mismatch, json in
                json.object { json in
                    json.field("item", mismatch.item)
                    write(mismatch.position, &json)
                    json.field("expected", mismatch.expected)
                    json.field("got", mismatch.got)
                    json.field("derivation", mismatch.derivation)
                }
            }
        }
    }

    private static func write(_ coverage: TestCoverage, _ json: inout JSONWriter) {
        json.object { json in
            json.field("checklist", coverage.checklist)
            json.field("version", coverage.version)
            for kind in TestCoverage.Kind.allCases {
                guard let (covered, all) = coverage.count(of: kind) else { continue }
                json.key(kind.rawValue)
                json.object { json in
                    json.field("covered", covered)
                    json.field("all", all)
                    json.field("percent", TestCoverage.percent(covered, of: all))
                }
            }
            json.list("missing", coverage.parts.filter { !$0.missing.isEmpty }) { part, json in
                json.object { json in
                    json.field("kind", part.kind.rawValue)
                    json.field("name", part.name)
                    write(part.position, &json)
                    json.list("missing", part.missing) { $1.string($0) }
                }
            }
        }
    }

    private static func write(_ report: MutationReport, _ json: inout JSONWriter) {
        json.object { json in
            json.field("checklist", report.checklist)
            json.field("version", report.version)
            json.list("mutants", report.outcomes) { outcome, json in
                json.object { json in
                    json.field("mutant", outcome.name)
                    json.field("old", outcome.old)
                    write(outcome.position, &json)
                    switch outcome.fate {
                    case .killed(let name):
                        json.field("fate", "killed")
                        json.field("by", name)
                    case .listed(let reason):
                        json.field("fate", "equivalent")
                        json.field("reason", reason)
                    case .survived(let proposal):
                        json.field("fate", "survived")
                        json.field("case", proposal.map(\.description))
                    }
                }
            }
        }
    }
}
