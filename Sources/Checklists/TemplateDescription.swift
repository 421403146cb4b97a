/// What there is to say about a template: its name, what is written after it, and one sentence.
package struct TemplateDescription: Hashable, Sendable {
    package let name: String
    package let form: String
    package let meaning: String

    /// Every template, in the order of the table.
    package static let all = Template.all.map { TemplateDescription(name: $0.name, form: $0.form, meaning: $0.meaning) }
}
