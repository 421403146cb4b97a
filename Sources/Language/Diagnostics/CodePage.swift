/// What there is to say about a code besides its title: why it matters, what to do, and one example of wrong and of right.
///
/// Each room has the pages of its own codes (`CodePage.ofLanguage`, …), as `Code.ofLanguage` lists the codes.
package struct CodePage: Sendable {
    package let code: Code
    /// What goes wrong where nobody minds it, in a sentence or two.
    package let why: String
    /// What to do about it.
    package let fix: String
    package let wrong: CodeExample
    package let right: CodeExample
    /// The command, without the program's name, that says the code of the wrong example and nothing of it for the right
    /// one; nil where no command can.
    package let command: String?

    package init(
        _ code: Code, why: String, fix: String, wrong: CodeExample, right: CodeExample, command: String? = "lint ."
    ) {
        self.code = code
        self.why = why
        self.fix = fix
        self.wrong = wrong
        self.right = right
        self.command = command
    }
}
