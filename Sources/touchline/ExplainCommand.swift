import ArgumentParser
import Checklists
import Foundation
import Language
import Timelines

/// `touchline explain`: what an item, a template, a function or a preset means.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say what an item, a template, a function or a preset means.",
        discussion: """
            A subject is an item (`escalation/ESC-02`, or `ESC-02` alone), a template (`response`), a function (`substring`) or \
            a preset of a source (`zendesk`). Items come from `--checklist`, else from the config, else from the folder `checklists`.

            Example: touchline explain escalation/ESC-02 --checklist checklists
            """)

    @Argument(help: "An item, a template, a function or a preset.")
    var subject: String?

    @Flag(help: "List the functions, macros and operators of expressions.")
    var functions = false

    @Flag(help: "List the templates of checks.")
    var templates = false

    @Flag(help: "List the codes of diagnostics, each with the room that declares it.")
    var codes = false

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
        if functions { Terminal.write(Reference.functions.joined(separator: "\n")) }
        if templates { Terminal.write(Reference.templates.joined(separator: "\n")) }
        if codes { Terminal.write(Reference.codes.joined(separator: "\n")) }
        if let subject { Terminal.write(try explanation(of: subject).joined(separator: "\n")) }
    }

    private func explanation(of subject: String) throws -> [String] {
        if let template = TemplateDescription.all.first(where: { $0.name == subject }) { return Reference.lines(of: template) }
        let functions = FunctionReference.groups.flatMap(\.entries).filter { $0.name == subject }
        if !functions.isEmpty { return functions.flatMap { Reference.lines(of: $0) } }
        if let preset = Preset.named(subject) { return Reference.lines(of: preset) }
        let items = try items()
        let found = items.filter { $0.id == subject || "\($0.checklist)/\($0.id)" == subject }
        guard found.isEmpty else { return Array(found.map { Reference.lines(of: $0) }.joined(separator: [""])) }
        let names =
            items.map(\.id) + items.map { "\($0.checklist)/\($0.id)" } + TemplateDescription.all.map(\.name)
            + Preset.all.map(\.name)
        let known = names + FunctionReference.groups.flatMap(\.entries).map(\.name)
        let help = nearestName(to: subject, among: known).map { "did you mean '\($0)'?" }
        throw Stop(
            .wrong, "there is no item, template, function or preset '\(subject)'" + (help.map { " (\($0))" } ?? ""))
    }

    /// The items of the checklists that were named; none where none were and there are none in the usual places.
    private func items() throws -> [ItemDescription] {
        let diagnostics = Diagnostics()
        let usual = "touchline.yaml"
        if checklists.isEmpty, let config = config ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil) {
            guard let plan = AuditPlan.load(config: config, diagnostics: diagnostics) else { throw Stop(diagnostics) }
            return plan.checklists.flatMap(\.items)
        }
        let isThere = FileManager.default.fileExists(atPath: "checklists")
        let paths = checklists.isEmpty ? (isThere ? ["checklists"] : []) : checklists
        let files = DefinitionFiles.find(in: paths, diagnostics: diagnostics)
        let definitions = Definitions(files: files.filter { $0.kind(diagnostics) == .checklist }, diagnostics: diagnostics)
        if diagnostics.hasErrors { throw Stop(diagnostics) }
        return definitions.checklists.flatMap(\.items)
    }
}
