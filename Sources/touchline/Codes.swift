import Checklists
import Fetching
import Language
import Timelines

extension Code {
    static let wrongVersion = Code("TL190", "the file is of another kind or version")
    static let unreadableFile = Code("TL192", "a file cannot be read")
    static let notYet = Code("TL193", "a part of the configuration is not supported yet")
    static let unknownPartner = Code("TL195", "no such partner")
    static let nothingToDo = Code("TL196", "there is nothing to audit")

    static let noFixture = Code("TL197", "a source whose mapping no fixture shows")

    /// What the rest of a config may have wrong.
    private static let ofConfigs: [Code] = [.wrongVersion, .unreadableFile, .notYet, .unknownPartner, .nothingToDo, .noFixture]

    /// Every code that lint can say, by name.
    static let all: [Code] = (ofLanguage + ofFetching + ofTimelines + ofConfigs + ofChecklists).sorted { $0.name < $1.name }
}
