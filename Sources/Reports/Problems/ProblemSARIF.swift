package import Language

/// Diagnostics as a log of SARIF 2.1.0 (OASIS), which code scanning reads: one run, a rule for each code that occurs.
package enum ProblemSARIF {
    package static func bytes(of problems: [Diagnostic], in sources: Diagnostics, version: String) -> [UInt8] {
        var json = JSONWriter(pretty: true)
        let rules = Set(problems.map(\.code)).sorted { $0.name < $1.name }
        json.object { json in
            json.field("$schema", "https://json.schemastore.org/sarif-2.1.0.json")
            json.field("version", "2.1.0")
            json.list("runs", [rules]) { rules, json in
                json.object { json in
                    json.key("tool")
                    json.object { json in
                        json.key("driver")
                        json.object { json in
                            json.field("name", "touchline")
                            json.field("version", version)
                            json.list("rules", rules) { write($0, &$1) }
                        }
                    }
                    // As our columns count.
                    json.field("columnKind", "unicodeCodePoints")
                    json.list("results", problems) { problem, json in
                        write(problem, rules.firstIndex(of: problem.code) ?? 0, sources, &json)
                    }
                }
            }
        }
        json.newline()
        return json.bytes
    }

    private static func write(_ code: Code, _ json: inout JSONWriter) {
        json.object { json in
            json.field("id", code.name)
            json.message("shortDescription", code.title)
            json.message("help", "touchline explain \(code.name)")
        }
    }

    private static func write(_ problem: Diagnostic, _ rule: Int, _ sources: Diagnostics, _ json: inout JSONWriter) {
        let place = ProblemPlace(problem.position, in: sources)
        json.object { json in
            json.field("ruleId", problem.code.name)
            json.field("ruleIndex", rule)
            json.field("level", problem.severity.rawValue)
            json.message("message", problem.message + (problem.help.map { " (\($0))" } ?? ""))
            json.list("locations", [problem.position]) { position, json in
                json.object { json in
                    json.key("physicalLocation")
                    json.object { json in
                        json.artifact(position.file)
                        json.key("region")
                        json.object { json in
                            json.region(position, endColumn: place.endColumn)
                            if let line = place.line { json.message("snippet", String(line)) }
                        }
                    }
                }
            }
            if let fix = problem.fix { write(fix, &json) }
        }
    }

    private static func write(_ fix: Fix, _ json: inout JSONWriter) {
        json.list("fixes", [fix]) { fix, json in
            json.object { json in
                json.message("description", "write \(fix.new)")
                json.list("artifactChanges", [fix]) { fix, json in
                    json.object { json in
                        json.artifact(fix.position.file)
                        json.list("replacements", [fix]) { fix, json in
                            json.object { json in
                                json.key("deletedRegion")
                                json.object { json in
                                    json.region(fix.position, endColumn: fix.position.column + fix.old.unicodeScalars.count)
                                }
                                json.message("insertedContent", fix.new)
                            }
                        }
                    }
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func message(_ name: String, _ text: String) {
        key(name)
        object { $0.field("text", text) }
    }

    fileprivate mutating func artifact(_ path: String) {
        key("artifactLocation")
        object { $0.field("uri", path.asFileReference) }
    }

    fileprivate mutating func region(_ position: Position, endColumn: Int) {
        field("startLine", position.line)
        field("startColumn", position.column)
        field("endLine", position.line)
        field("endColumn", endColumn)
    }
}

extension String {
    /// A path as a reference of RFC 3986; a path from the root is a `file:` URL.
    fileprivate var asFileReference: String {
        var path = hasPrefix("./") ? String(dropFirst(2)) : self
        path = path.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            let isPlain = byte < 0x80 && (scalar.properties.isAlphabetic || "0123456789-._~/".unicodeScalars.contains(scalar))
            return isPlain ? String(Character(scalar)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
        return path.hasPrefix("/") ? "file://" + path : path
    }
}
