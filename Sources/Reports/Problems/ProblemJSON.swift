package import Language

/// Diagnostics for programs: `{"touchline": "lint/1", "problems": […]}`, one problem an element, places as in the text form.
package enum ProblemJSON {
    package static func bytes(of problems: [Diagnostic], in sources: Diagnostics) -> [UInt8] {
        var json = JSONWriter(pretty: true)
        json.object { json in
            json.field("touchline", "lint/1")
            json.list("problems", problems) { problem, json in
                json.object { json in
                    json.field("code", problem.code.name)
                    json.field("severity", problem.severity.rawValue)
                    json.field("file", problem.position.file)
                    json.field("line", problem.position.line)
                    json.field("column", problem.position.column)
                    json.field("end_column", ProblemPlace(problem.position, in: sources).endColumn)
                    json.field("message", problem.message)
                    json.field("help", problem.help)
                    json.field("fix", problem.fix?.new)
                }
            }
        }
        json.newline()
        return json.bytes
    }
}
