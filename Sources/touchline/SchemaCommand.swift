import ArgumentParser

/// `touchline schema`: what editors and other programs need to know of our files.
struct SchemaCommand: ParsableCommand {
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case checklist, config, tests, partners, audit, diff
    }

    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Print the JSON Schema of a kind of file.",
        discussion: """
            Draft 2020-12, of the files that people write (checklist, config, tests, partners), of audit.json (audit) and of \
            `touchline diff --format json` (diff). It knows keys and shapes; what they mean is `touchline lint`'s to check.

            Example: touchline schema checklist > checklist.schema.json
            """)

    @Argument(help: "checklist, config, tests, partners, audit or diff.")
    var kind: Kind

    func run() {
        switch kind {
        case .checklist: Terminal.write(ChecklistSchema.bytes)
        case .config: Terminal.write(ConfigSchema.bytes)
        case .tests: Terminal.write(TestsSchema.bytes)
        case .partners: Terminal.write(ConfigSchema.partnersBytes)
        case .audit: Terminal.write(AuditSchema.bytes)
        case .diff: Terminal.write(DiffSchema.bytes)
        }
    }
}
