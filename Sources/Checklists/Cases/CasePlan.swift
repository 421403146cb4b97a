/// What an audit needs to know of every record beside its verdicts, in order to compare partners.
package struct CasePlan: Sendable {
    package let mix: CaseMix
    package let window: CaseWindow

    package init(mix: CaseMix, window: CaseWindow) {
        self.mix = mix
        self.window = window
    }
}
