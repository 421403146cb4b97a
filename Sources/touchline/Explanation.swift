import Checklists
import Language
import Reports
import Timelines

/// What `touchline explain` found to say about its subject: of one kind or, where a name means several things, of more.
enum Explanation {
    case code(CodePage)
    case item(ItemExplanation)
    case measure(MeasureDescription)
    case template(TemplateDescription)
    case function(FunctionReference.Entry)
    case preset(Preset)

    var lines: [String] {
        switch self {
        case .code(let page): Reference.lines(of: page)
        case .item(let item): Reference.lines(of: item)
        case .measure(let measure): Reference.lines(of: measure)
        case .template(let template): Reference.lines(of: template)
        case .function(let entry): Reference.lines(of: entry)
        case .preset(let preset): Reference.lines(of: preset)
        }
    }

    /// All of them as one object, for programs.
    static func json(of all: [Explanation]) -> [UInt8] {
        var json = JSONWriter(pretty: true)
        json.object { json in
            json.field("touchline", "explain/1")
            json.key("subjects")
            json.array { json in
                for one in all { json.object { one.write(&$0) } }
            }
        }
        json.newline()
        return json.bytes
    }

    private func write(_ json: inout JSONWriter) {
        switch self {
        case .code(let page):
            json.field("code", page.code.name)
            json.field("title", page.code.title)
            json.field("room", page.code.room)
            json.field("why", page.why)
            json.field("fix", page.fix)
            json.field("command", page.command)
            for (key, example) in [("wrong", page.wrong), ("right", page.right)] {
                json.key(key)
                json.object { Self.write(example, &$0) }
            }
        case .item(let item): Self.write(item, &json)
        case .measure(let measure):
            json.field("checklist", measure.checklist)
            json.field("version", measure.version)
            json.field("measure", measure.id)
            json.field("title", measure.title)
            json.field("explanation", Reference.paragraph(of: measure))
            json.field("kind", measure.isRoute ? "route" : "duration")
            json.field("meaning", measure.meaning)
            json.field("function", measure.function)
        case .template(let template):
            json.field("template", template.name)
            json.field("form", template.form)
            json.field("meaning", template.meaning)
        case .function(let entry):
            json.field("function", entry.name)
            json.list("forms", entry.forms) { form, json in
                json.object { json in
                    json.list("usages", form.usages) { $1.string($0) }
                    json.field("meaning", form.doc)
                    json.field("example", form.example)
                }
            }
        case .preset(let preset):
            json.field("preset", preset.name)
            json.field("about", preset.about)
            json.field("url", preset.url)
            json.field("text", preset.text)
        }
    }

    private static func write(_ example: CodeExample, _ json: inout JSONWriter) {
        json.field("place", example.place)
        json.field("excerpt", example.excerpt)
        json.list("files", example.files) { file, json in
            json.object { json in
                json.field("name", file.name)
                json.field("text", file.text)
            }
        }
    }

    private static func write(_ item: ItemExplanation, _ json: inout JSONWriter) {
        let about = item.item
        json.field("checklist", about.checklist)
        json.field("version", about.version)
        json.field("item", about.id)
        json.field("title", about.title)
        json.field("explanation", Reference.paragraph(of: item))
        json.field("template", item.template?.name)
        json.field("meaning", about.meaning)
        json.field("why", about.why)
        json.field("unit", about.unit.rawValue)
        json.field("function", about.function)
        json.field("applies", item.applies)
        json.field("when", item.when)
        json.field("observable", item.observable)
        json.field("from", item.from)
        json.field("until", item.until)
        json.field("settle", item.settle)
        json.field("level", about.level.rawValue)
        json.field("weight", about.weight, asIntegerWhereWhole: true)
        json.field("target", about.target)
        json.field("source", about.source)
        json.field("module", about.enablement?.module)
        json.field("guidance", about.enablement?.guidance)
        json.field("good", about.enablement?.good)
        json.field("poor", about.enablement?.poor)
        json.list("tests", item.tests) { test, json in
            json.object { json in
                json.field("name", test.name)
                json.field("verdict", test.verdict)
            }
        }
    }
}
