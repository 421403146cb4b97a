import ArgumentParser
import Checklists
import Foundation
import Language
import Timelines

/// `touchline explain`: what an item, a code, a template, a function or a preset means.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what an item, a measure, a code, a template, a function or a preset means.",
        discussion: """
            A subject is an item or a measure (`escalation/ESC-02`, or `ESC-02` alone), a code of lint (`TL204`), a template (`response`), a \
            function (`substring`) or a preset of a source (`zendesk`). Items come from `--checklist`, else from the config, \
            else from the folder `checklists`; their tests from the same folders, and from `tests` beside a checklist.

            Example: touchline explain escalation/ESC-02 --checklist checklists
            """)

    @Argument(help: "An item, a measure, a code, a template, a function or a preset.")
    var subject: String?

    @Flag(help: "List the functions, macros and operators of expressions.")
    var functions = false

    @Flag(help: "List the templates of checks.")
    var templates = false

    @Flag(help: "List the codes of diagnostics, each with the room that declares it.")
    var codes = false

    @Option(help: "How it is said: text or json.")
    var format = OutputFormat.text

    @Option(name: [.short, .long], help: "The configuration whose checklists have the item.")
    var config: String?

    @Option(name: .customLong("checklist"), help: "A checklist file or folder (repeatable), in the place of a config.")
    var checklists: [String] = []

    func validate() throws {
        if subject == nil, !functions, !templates, !codes {
            throw ValidationError("Name what to explain, or ask for '--functions', '--templates' or '--codes'.")
        }
    }

    func run() throws {
        var found: [Explanation] = []
        if functions { found += FunctionReference.groups.flatMap(\.entries).map { .function($0) } }
        if templates { found += TemplateDescription.all.map { .template($0) } }
        if codes { found += CodePage.all.map { .code($0) } }
        let explained = try subject.map { try explanations(of: $0) } ?? []
        if format == .json { return Terminal.write(Explanation.json(of: found + explained)) }
        if functions { Terminal.write(Reference.functions.joined(separator: "\n")) }
        if templates { Terminal.write(Reference.templates.joined(separator: "\n")) }
        if codes { Terminal.write(Reference.codes.joined(separator: "\n")) }
        if !explained.isEmpty { Terminal.write(explained.map(\.lines).joined(separator: [""]).joined(separator: "\n")) }
    }

    private func explanations(of subject: String) throws -> [Explanation] {
        let functions = FunctionReference.groups.flatMap(\.entries)
        let code = CodePage.all.filter { $0.code.name == subject.uppercased() }
        if !code.isEmpty { return code.map { .code($0) } }
        if let template = TemplateDescription.all.first(where: { $0.name == subject }) { return [.template(template)] }
        let named = functions.filter { $0.name == subject }
        if !named.isEmpty { return named.map { .function($0) } }
        if let preset = Preset.named(subject) { return [.preset(preset)] }
        let explained = try ExplainedItems(config: config, checklists: checklists)
        let (items, measures) = (explained.all, explained.measures)
        let found = items.filter { $0.item.id == subject || "\($0.item.checklist)/\($0.item.id)" == subject }
        let measured = measures.filter { $0.id == subject || "\($0.checklist)/\($0.id)" == subject }
        if !found.isEmpty || !measured.isEmpty { return found.map { .item($0) } + measured.map { .measure($0) } }
        let names = items.map { ($0.item.checklist, $0.item.id) } + measures.map { ($0.checklist, $0.id) }
        let known =
            names.map(\.1) + names.map { "\($0.0)/\($0.1)" } + TemplateDescription.all.map(\.name)
            + Preset.all.map(\.name) + functions.map(\.name) + CodePage.all.map(\.code.name)
        let help = nearestName(to: subject, among: known).map { "did you mean '\($0)'?" }
        throw Stop(
            .wrong, "there is no item, measure, code, template, function or preset '\(subject)'" + (help.map { " (\($0))" } ?? "")
        )
    }
}

/// The items that can be explained, with the cases that test them.
struct ExplainedItems {
    let all: [ItemExplanation]
    let measures: [MeasureDescription]

    /// Those of the config or the paths that were named; without any those of the usual places, and none where there are none.
    init(config: String?, checklists paths: [String]) throws {
        let diagnostics = Diagnostics()
        let usual = "touchline.yaml"
        var checklists: [Checklist]
        var files: [DefinitionFile] = []
        if paths.isEmpty, let config = config ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil) {
            guard let plan = AuditPlan.load(config: config, diagnostics: diagnostics) else { throw Stop(diagnostics) }
            checklists = plan.checklists
        } else {
            let isThere = FileManager.default.fileExists(atPath: "checklists")
            files = DefinitionFiles.find(in: paths.isEmpty && isThere ? ["checklists"] : paths, diagnostics: diagnostics)
            let definitions = Definitions(files: files.filter { $0.kind(diagnostics) == .checklist }, diagnostics: diagnostics)
            if diagnostics.hasErrors { throw Stop(diagnostics) }
            checklists = definitions.checklists
        }
        let tests = Self.tests(of: checklists, among: files)
        measures = checklists.flatMap(\.measures)
        all = checklists.flatMap { ItemExplanation.all(of: $0, tests: tests) }
    }

    /// Tests with something wrong in them are `touchline lint`'s to tell; what can be read of them is.
    private static func tests(of checklists: [Checklist], among files: [DefinitionFile]) -> [ChecklistTests] {
        let diagnostics = Diagnostics()
        let folders = Set(checklists.map { ($0.file as NSString).deletingLastPathComponent })
            .map { $0.isEmpty ? "tests" : $0 + "/tests" }.filter { FileManager.default.fileExists(atPath: $0) }
        let beside = DefinitionFiles.find(in: folders.sorted(), diagnostics: diagnostics)
        var seen: Set<String> = []
        return (files + beside).filter { seen.insert($0.path).inserted && $0.kind(diagnostics) == .tests }.compactMap {
            ChecklistTests.load(name: $0.path, text: $0.text, checklists: checklists, diagnostics: diagnostics)
        }
    }
}
