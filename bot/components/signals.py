"""Words that decide before any classifier does.

The classifier read 有问题 as yes and missed 我不想活了: for danger, stop, yes and no
words come first (design/rasa_notes.md). All patterns are matched on folded, lower-case
text without closing punctuation. They are about the form of a sentence, never about
one known question.
"""

import re

_PERSON = r"(?:孩子|小孩|宝宝|娃|婴儿|老人|老人家|老太太|老爷子|我妈|我爸|妈妈|爸爸|爷爷|奶奶|老婆|老公|妻子|丈夫|同事|朋友|邻居|有人|病人|患者|他|她|我)"
_NOW_BAD = (
    r"(?:喘不(?:上|过)来?气|呼吸(?:困难|不了|不上来|急促|停)|没(?:有)?呼吸|憋气|窒息|嘴唇(?:发紫|发青|青紫)|口唇(?:发紫|发绀)"
    r"|叫不醒|喊不醒|不省人事|昏迷|昏过去|晕过去|晕倒|晕厥|休克|抽搐|抽风了|口吐白沫|大出血|吐血不止|血流不止|心脏骤停|没(?:有)?心跳|快不行了|意识(?:不清|模糊|丧失)"
    r"|喉(?:咙|头)(?:水肿|肿(?:得|了|起)|发紧)|全身(?:起)?(?:疹子|发紫|青紫)|过敏性休克|要死了|快死了"
    r"|喘不(?:上|过)来|透不过气|气(?:都)?上不来|气短|喘气费劲|憋得(?:不行|脸|慌)|没(?:有)?(?:了)?(?:意识|反应|知觉|脉搏)|(?:喊|叫)(?:他|她|人)?(?:不应|都没反应)|叫不太醒|翻白眼|惊厥|说胡话"
    r"|(?:脸|脸色|面色|嘴|嘴唇|口唇)(?:都|全)?(?:发(?:白|黑|青|紫)|青了|紫了)|说不(?:出|了)话|(?:眼睛?|视力)[^,。]{0,8}(?:看不见|没了|失明)|突然失明|动不了了|倒(?:地不起|在地上|下了)|人(?:快|要)(?:没了|不行)|出(?:了)?人命"
    r"|(?:舌头|喉咙|嗓子眼?)[^,。]{0,4}(?:肿|紧|掐)|胸(?:口|闷|部)?[^,。]{0,3}(?:剧痛|绞痛|疼得要命|痛得要命)|心(?:慌|跳)[^,。]{0,4}(?:得)?(?:厉害|不行|骤停|停了)|全身[^,。]{0,3}(?:发抖|发冷|水泡|风团|抽)|(?:血|出血)(?:一直)?(?:流不停|止不住)|(?:快|要)晕(?:了|倒|过去)|昏(?:倒|迷))"
)
_SELF_HARM = r"(?:我?(?:不想活|想(?:自杀|死|轻生)|活不下去|要自杀|准备自杀|要跳楼|割腕)|自杀(?!式)|轻生|(?:想|要)(?:结束(?:自己的?)?生命|一了百了|寻死)|活着没意思|活够了|割(?:了)?手?腕|服毒)"
_SWALLOWED = (
    r"(?:误(?:食|服|吞)|吞(?:了|下|掉|服了?)|(?:喝|吃|服)(?:了|下|下去|掉)?(?:一整|整)(?:瓶|板|盒)|吃(?:了)?(?:一|半|两|大)(?:整)?(?:瓶|板|把)"
    r"|(?:服|喝|吃)(?:了)?(?:农药|老鼠药|百草枯|敌敌畏|洁厕|消毒液|84)|(?:服药|吃药|用药)过量|(?:吃|服|用|打)(?:得)?过量了?|药物中毒|中毒了"
    r"|(?:喝|吃|吞|咽|误服|误食)(?:了|下|下去|进去)?[^,。]{0,3}(?:农药|老鼠药|消毒水|洗甲水|碘伏|工业酒精|清洁剂|干燥剂|磁力珠|纽扣电池|水银|洁厕灵|洗衣液|香水)|(?:把|将)[^,。]{1,10}(?:当[^,。]{1,4}|都|全|全部)?(?:吃|喝|吞|咽)(?:了|下去|光|掉))"
)
_DEVICE_DANGER = r"(?:呼吸机|除颤仪|监护仪|输液泵|注射泵|起搏器|胰岛素泵|血透机)[^。?!]{0,12}(?:突然|正在)[^。?!]{0,8}(?:停|坏|失灵|没反应|不工作|报警)|(?:制|输)?氧(?:气)?(?:机|瓶)[^。?!]{0,8}[,，][^。?!]{0,8}(?:青|紫|憋|喘)"
_EMERGENCY_ZH = re.compile(
    "|".join(
        [
            _NOW_BAD,
            _SELF_HARM,
            _PERSON + r"[^。?!]{0,14}" + _SWALLOWED,
            _SWALLOWED + r"[^。?!]{0,16}(?:怎么办|救|急|快)",
            _DEVICE_DANGER,
            r"救命|救救(?:我|他|她|孩子|命)|快救人|人命关天|要出人命|打120|叫救护车",
        ]
    )
)
_EMERGENCY_EN = re.compile(
    r"can(?:'?t|not) breathe|not breathing|stopped breathing|(?:hard|trouble|difficulty|struggling) (?:to )?breath\w*"
    r"|unconscious|passed out|won'?t wake|not waking up|unresponsive|having a seizure|convuls|collapsed|anaphyla"
    r"|lips (?:are |have )?(?:turn\w+ |gone )?(?:blue|purple)|throat is (?:closing|swelling)|face is swelling"
    r"|overdos|took too many|swallowed (?:a |the |some |all |her |his |my )?(?:whole |entire )?(?:bottle|pills|bleach|tablets|battery|box|pack)|drank (?:bleach|pesticide|disinfectant)"
    r"|kill myself|suicid|want to die|end my life|(?:end it all|don'?t want to (?:live|be alive)|kill (?:him|her)self|take all (?:my|her|his|the) (?:pills|tablets))|barely breathing|choking on|no (?:pulse|heartbeat)|foaming|turning (?:blue|purple)|crashing"
    r"|can'?t (?:see anything|speak and|get (?:any )?air)|went blind|(?:throat|tongue|face)[^.]{0,24}(?:closing|swelling|swollen)|(?:throat|tongue) swell|about to faint|fainted after|cardiac arrest|losing consciousness|poisoned|(?:is|are) not (?:moving|responding)|^(?:emergency|help)[,!] .*(?:emergency|help|hurry)"
    r"|(?:swallowed|ate|drank) (?:\w+ ){0,3}(?:rat poison|poison|weed ?killer|cleaner|bleach|mouthwash|battery|too many)|(?:ate|swallowed|took) (?:the |a )?whole|took all (?:her|his|my)|bleeding (?:heavily|badly|a lot)|call an ambulance|heart (?:has )?stopped|dying right now|is dying"
)
# A rule, a report or a lesson *about* danger is not danger: these take the alarm back unless someone is harmed now.
_ABOUT_DANGER = re.compile(
    r"多少天|多久(?:内|上报|报告)|几日内|时限|条例|办法|规定|第.{1,4}条|应当报告|如何上报|怎么上报|向谁报告|说明书|适应症|禁忌|属于严重|培训|演练|应急预案|预案|定义|什么是|赔偿|举报|投诉"
    r"|within how many|how (?:soon|quickly|long) (?:must|should|do)|deadline|time limit|regulation|definition|what counts|reporting (?:duty|period|rule)"
)
_HARM_NOW = re.compile(
    r"现在|正在|马上|快(?:来|点|救)|急|怎么办|救命|刚(?:刚|才)?|right now|help|please hurry|what (?:do|should) i do|just (?:took|swallowed|drank)"
)

# The second key of a weak suspicion by the classifier: harm, body, or something taken.
_HARM_WORDS = re.compile(
    r"药|针|疫苗|输液|点滴|注射|(?:吃|喝|吞|咽|服|灌|吸|涂|敷|抹)(?:了|下|完|错|进|到|多)|血|呼吸|喘|憋|疼|痛|肿|晕|昏|吐|抽搐|抽得|发抖|窒息|死|不想活|结束生命|一了百了|割|毒|救|急|病人|患者|休克"
    r"|失明|看不见|心跳|胸口|喉|嗓|嘴唇|青了|紫|意识|不行了|停了|出(?:了)?人命|永别|醒|没动静|倒下"
    r"|pill|tablet|drug|medicine|inject|shot|drip|infus|pump|vaccin|swallow|drank|drink|ate|took|taken|breath|wheez|blood|bleed|pain|hurt|chok|faint|collaps|conscious|\bdie|dead|dying|kill|suicid"
    r"|swell|swollen|blind|blue|grey|heart|pulse|throat|face|skin|limp|overdos|poison|emergency|patient|passed out|alive|hurry"
)

_STOP = re.compile(
    r"^(?:请|那|那就|先|我|我要|我想|还是)?(?:停|停止|停下|停一下|退出|结束|中止|终止|取消|不办了|不填了|不弄了|不申请了|不投诉了|不举报了|算了|放弃|先到这(?:里|儿)?|到此为止|不做了|不写了|不继续了)"
    r"(?:吧|了|一下|申请|填写|填表|办理|投诉|举报|对话|操作|流程|不办了|不填了|不弄了|不投诉了|不举报了|不申请了|先退出|退出|好了|下次再(?:说|填|办|来)|以后再(?:说|填|办)|(?:让)?(?:我|我们)?(?:再|先)?(?:想想|想一想|想一下|考虑考虑|考虑一下|考虑下|看看|问问)|[,，、 ])*$"
    r"|^(?:please )?(?:stop|quit|exit|cancel|abort|end)(?: (?:it|this|here|now|that|please|the (?:form|application|complaint|process|chat)|this (?:form|application|complaint)|filling(?: in)?(?: the form)?))*$"
    r"|^(?:i (?:want|would like|'d like) to (?:stop|quit|cancel|exit)(?: (?:it|this|now|here|the \w+|this \w+))?|never ?mind|forget it|let'?s stop(?: here)?|i give up|that'?s enough(?: for (?:now|today))?|not now)$"
)
# Whether what is asked may be left out.
_MAY_SKIP = re.compile(
    r"^(?:这个|这项|这一项|这步|这一步|这里|那|我)*(?:可以|能|能不能|可不可以|可否|是否可以)(?:先)?(?:跳过|略过|不填|不选|不答|不回答|空着|留空|以后再填)(?:这个|这项|这步|这一步|它)?(?:吗|么|不|呢)?[?]?$"
    r"|^(?:这个|这项|这步|这一步|这一项)?是?(?:必须|一定|非)(?:要|得)?(?:填|选|答|回答)的?(?:吗|么|不可吗)?[?]?$|^(?:这个|这项|这步|这一步|这一项)?是?必填(?:的|项)?(?:吗|么)?[?]?$"
    r"|^(?:can|may|could) (?:i|we) (?:skip|leave out|pass)(?: (?:this|that|it))?(?: (?:step|question|one|field|out|blank|empty))?[?]?$|^(?:do|must) (?:i|we) (?:have to )?(?:answer|fill(?: in)?|give)(?: (?:this|that|it))?(?: in)?[?]?$|^is (?:this|it|that) (?:required|mandatory|optional|necessary|needed)[?]?$"
)
_STOP_LATER = re.compile(
    r"^(?:我)?(?:先)?(?:不|别)(?:想)?(?:填|办|弄|写|继续|申请|投诉|举报)(?:了|下去)(?:[,、 ]?.{0,8})?$|^(?:改天|下次|明天)再(?:填|说|办|弄|来|继续)(?:吧|了)?$|^(?:回头|以后|晚点|过会儿|等一?会儿?)再(?:说|办|弄|来|继续)(?:吧|了)?$"
)

_YES = re.compile(
    r"^(?:嗯+|恩+|嗯[呢哼]|[是对好][滴哒勒]|要|妥了?|要得|得嘞|冇问题|没(?:啥|什么|得|有任何)问题|没(?:有)?(?:错误|意见|异议)|无异议|不错|都对|全对|全部正确|完全正确|(?:信息|内容|核对)(?:过了)?(?:正确|无误|属实)|认可|接受|照办|就这么办|就按这个来?|(?:可以)?(?:提)?交吧|可以(?:提)?交了|没有不对|yup|no (?:problem|objections?|worries|issues?|mistakes?|errors?)|not a problem|nothing wrong|i (?:agree|confirm|do)|sounds good|perfect|all fine|fine by me|certainly|indeed|好|好的|好嘞|好啊|好呀|好吧|行|行的|行吧|可以|可以的|没问题|没错|不错|没有问题|没有错|对|对的|对对+|对啊|对呀|对头|是|是的|是啊|是呀|是这样|就是|就是这样|就是这个|就这样|就这样吧|正确|无误|准确|确认|确定|确认无误|同意|没毛病|要的|中|成|提交|提交吧|确认提交|当然|当然可以|一致|属实|ok|okay|yes|yep|yeah|y|sure|right|correct|true|confirm|confirmed|agreed?|exactly|fine|of course|absolutely|submit|submit it|go ahead|that'?s (?:right|correct|it|fine)|it'?s (?:right|correct)|that is (?:right|correct)|looks (?:good|right|correct)|all (?:good|correct)|please do|(?:那就|都|全部?)+查询?)"
    r"(?:[,、。 ]*(?:(?:那就|就|都|全部?|你们?|您|可以|去)*(?:查询?|调取|提交)(?:一下|吧|了|就行|就好)*|嗯|好|好的|对|对的|是的|是|没错|没问题|无误|可以|行|的|了|吧|啊|呀|呢|哈|就这样|就这样吧|提交|提交吧|确认|继续|谢谢|please|thanks|thank you|yes|correct|right|sir|go ahead|ok|okay|submit|it is|(?:you may |please )?(?:ask|use|check|send|take) (?:it|them|all|those|these)(?: all)?(?: of them)?(?: now)?|that'?s right|that'?s correct))*$"
)
_NO = re.compile(
    r"^(?:不|不是|不是的|不对|不对的|不行|不可以|不要|不用|不正确|不准确|不确认|不同意|不一致|不好|没有|没|没有啊|否|错|错了|有误|有错|有问题|写错了|填错了|弄错了|搞错了|说错了|打错了|不是这个|不是这样|重填|重新填|重来|改一下|要改|需要改|需要修改|修改|修改一下|我要改|我要修改|no|nope|nah|n|not|wrong|incorrect|false|not (?:right|correct|yet|really|quite)|that'?s (?:wrong|not right|not correct|incorrect)|it'?s (?:wrong|not right|incorrect)|don'?t|do not|change it|edit|fix it)"
    r"(?:$|[,、。!; :的了吧啊呀]|应该是|应为|应当是|是|改成|改为|写成|it'?s|it should|should be)"
)
_NOT_NO = re.compile(
    r"^(?:不是(?:不|没)|没有不|no (?:problem|objection|worries|issue|doubt|mistake|error)|not (?:a problem|bad)|nothing wrong)"
)
_NO_ANYWHERE = re.compile(
    r"^(?:先|请|你)?别(?:提交|交|急)|^(?:先)?不(?:提交|认可|接受|同意|愿意|太对)|不得行|有(?:点)?出入|对不上|唔(?:系|啱|对)|^冇$|^冇得|^拒绝|disagree|don'?t agree|do not (?:submit|agree|accept)|don'?t submit|^(?:absolutely|certainly) not|needs? (?:fixing|correct)|(?:a|is an|one) (?:mistake|error) (?:in|here)|(?:is|are) (?:all )?wrong|"
    r"(?:这(?:个|里)?|名字|地址|日期|号码|电话|数字|上面)?(?:写|填|弄|搞|记|听)错了|(?:有点|好像|这个|还是)不对|不太对|和.{0,6}不一样|与.{0,8}不符|that is not (?:right|correct)|there'?s (?:a|an) (?:mistake|error|typo)"
)

_QUESTION_ZH = re.compile(
    r"[?]$|吗$|呢$|(?:什|怎|这|那)么$|干嘛$|(?:什么|啥|怎么|怎样|如何|为何|为什么|为啥|哪里|哪儿|在哪|去哪|到哪|哪办|哪个|哪些|哪一|谁(?:来|能|可以|负责|管|发|批|签|审)|是谁|几天|几年|几个|几类|几点|几号|几时|几楼|多久|多少|多长|多大|多远|是不是|是否|能不能|可不可以|可否|能否|要不要|有没有|需不需要|会不会|行不行|对不对|算不算|该不该|什么时候|何时|何处|请问|问一下|想问|咨询|想知道|想了解|搞不懂|不明白|解释一下|举个例子|例如什么)"
)
_QUESTION_EN = re.compile(
    r"[?]$|^(?:what|which|who|whom|whose|where|when|why|how|is|are|was|were|do|does|did|can|could|may|might|must|should|shall|will|would|have|has|am)\b"
    r"|(?:what|how|why|where|which|when) (?:is|are|do|does|did|can|should|to|long|much|many|about|if)\b|can you tell|could you explain|i(?:'d| would) like to know|tell me (?:about|how|what|why)|i want to know|wondering (?:if|what|how|whether)"
)
_WHY = re.compile(
    r"^(?:请问)?(?:为什么|为啥|为何|干嘛|干吗|凭什么)(?:要|需要|得|非要|非得|一定要|必须)?(?:问|填|提供|写|给|收集|知道|告诉|登记|采集|这个|这项|这一项|要这个|这些)?(?:我|你们?)?(?:这个|这项|这一项|这些|那个|信息|资料|东西|内容|呢|呀|啊|[?])*$"
    r"|^(?:为什么|为啥|为何)(?:要|需要)?(?:查|调|调取)(?:这些|这个|它们?)?(?:信息|记录|来源)?(?:呢|呀|啊|[?])*$"
    r"|(?:这个|这项|这一项|这栏|这一栏|这格|这些)(?:信息|内容|字段)?(?:有什么用|有啥用|干什么用|做什么用|干嘛用|拿来做什么|用来做什么|为(?:什么|啥)(?:要|需要)?(?:填|查|问|收集)|是(?:干嘛|干什么|做什么)(?:用)?的|用途是什么)"
    r"|^why(?: (?:do|does|should|must|would) (?:you|i|we|it) .{0,40}(?:this|that|it|need|ask|know|fill|give|provide|tell).{0,20}|(?: (?:is|are) (?:this|that|it|these) .{0,30})|(?: (?:this|that)(?: (?:field|question))?)|(?: (?:do you )?ask))?[?]?$"
    r"|what (?:is|'s) (?:this|that|it) (?:used |needed )?for|what do you need (?:this|that|it) for"
)
# Why one field of a form is asked, by its name (为什么要问领证方式).
_WHY_FIELD = re.compile(
    r"^(?:请问)?(?:为什么|为啥|为何|干嘛|干吗)(?:还|要|需要|得)*(?:问|填|写|提供|登记|收集|采集)[^,。?]{1,16}[?]?$"
)
_SKIP = re.compile(
    r"^(?:请|我|我想|我要|这个|这项|这一项|这栏|那)*(?:先)?(?:跳过|略过|空着|留空|暂时不填|先不填|不填|不想填|不想说|不知道|不清楚|不记得了?|记不(?:清|得)了?|忘了|没有这个|暂无|下一个|下一项|下一题|下一步|pass|以后再填|稍后再填|后面再填|回头再填|待会再填)"
    r"(?:这个|这项|这一项|这题|这一题|这一栏|先|吧|了|再说|一下|跳过|下一个|下一项|下一题|[,、 ])*$"
    r"|^(?:please |i'?d like to |let'?s |can we |i want to )?(?:skip|pass|leave (?:it|this|that) (?:blank|empty)|next(?: (?:question|one|field))?|skip (?:this|that|it)(?: (?:one|field|question))?|later|i(?:'ll| will) (?:do|fill|answer) (?:it|this|that) later|don'?t know|i do(?:n'?t| not) (?:know|remember|have (?:it|one|that))(?: (?:the|my|our) [a-z][a-z ]{1,30})?)(?: (?:this|that|it|one|please|for now|now|field|question))*$"
)
_LEFT = re.compile(
    r"(?:还|仍)(?:剩|差|缺|有)(?:下|着)?(?:什么|哪些|哪几|几|多少|啥)(?:个|项|栏|条)?(?:问题|内容|东西|信息|资料|字段)?(?:没|要|需要|得|该)?(?:有)?(?:填|写|答|回答|补|弄|办|完)?(?:的|好|完)?(?:了|呢|啊)?[?]?$|(?:填|写)(?:到|了)(?:哪|多少)(?:了|里|儿)?[?]?$|(?:离|距)填完还"
    r"|what(?:'s| is) (?:left|missing|still (?:open|missing|to (?:do|fill)))|what (?:remains|else (?:is|do (?:you|i)) (?:left|need(?:ed)?))|how (?:much|many)(?: \w+)? (?:is|are) left|how far are we"
)
_FILLED = re.compile(
    r"^(?:请|让我|给我|帮我|我想|我要|想)?(?:看看|看一下|看下|看|查看|念一下|念|读一下|读|列出|列一下|显示|核对一下|核对)?(?:一遍)?(?:我|我们|都|已经|目前|现在|到现在)*(?:填|写|录|预填)(?:好|进去|上)?(?:了|过|完)?的?(?:都|有|是)*(?:什么|哪些|些什么|啥|内容|东西|信息|答案)(?:内容|东西|信息)?(?:了|呢|啊|吗)?[?]?$"
    r"|(?:read|show|list|see|check)\b.{0,20}\b(?:what (?:i|we|you) (?:have )?(?:filled|entered|written|put)|what(?:'s| is| has been) (?:filled|entered)|(?:my|our|the) answers (?:so far|back))|^(?:请|帮我|你|再|把)*(?:我?填的|这些|内容|表)?(?:都|给我)*(?:念|读)(?:给我|出来)?(?:听听|听一下|听|一遍|一下)?吧?$|^(?:please )?read (?:it|that|them|everything) back(?: to me)?$|^what (?:have|did) (?:i|we|you) (?:filled?|entere?d?|written|put)\b.{0,12}$"
)
_WRONG = re.compile(
    r"^(?:不对[,、 ]*|等等[,、 ]*|哎[,、 ]*)?(?:我)?(?:把)?(?:前面|刚才|上面|之前)?(?:填|写|说)?的?(?P<what>[^,。?]{2,14}?)(?:写|填|弄|搞|说|打|选|报)错了?(?:$|[,、 ])"
    r"|^(?:(?:the|my) )?[a-z][a-z ]{2,40} (?:is|was) (?:wrong|incorrect|not right|mistyped)"
)
_CORRECT = re.compile(
    r"^(?:我)?(?:想|要|需要|得|请|帮我|麻烦|能不能|可以)*(?:回去)?(?:改|修改|更改|更正|改正|重填|重新填|重新写|改一下|改改)(?:一下|下)?(?:前面|刚才|上面|之前)?(?:填|写)?的?(?P<what>[^,。?]{2,14}?)(?:吧|吗|可以吗|一下)?[?]?$"
    r"|^(?P<named>[^,。?]{2,14}?)(?:要|得|需要|想|能)(?:改|修改|更正|重填|重新填)(?:一下|吗|吧)*[?]?$"
    r"|^(?:把)?[^,。?]{2,14}?(?:应该是|应当是|应为|改成|改为|换成|更正为).{1,60}$"
    r"|^(?:(?:actually|sorry|wait|no|oh|well|hold on|one moment)[,. ]+|please |can (?:i|we|you) |could (?:i|we|you) |let me |let'?s |i (?:want|need|would like|'d like) to |i'd like to )*(?:change|correct|fix|edit|go back to) (?:the |my |our )?[a-z].{1,60}$"
)
_PEOPLE = re.compile(
    r"转人工|人工(?:客服|服务|坐席|接听)?$|(?:找|要|转|接|叫|换)(?:个|一个|一位|你们)?(?:真)?(?:人工|真人|活人|客服|工作人员|值班人员|办事员)|(?:跟|和|与)(?:真)?(?:人|人工|真人|工作人员|客服)(?:说|聊|谈|对话|沟通|讲)"
    r"|(?:talk|speak|chat|connect me|transfer me|hand me over|get me) ?(?:to|with)? (?:a |an |the |some )?(?:real |live |human )?(?:person|human|agent|officer|operator|someone|somebody|staff|representative)|human (?:agent|please|help)|real person|live agent"
)
# Those who work here: a wish to be handed over speaks of them, an answer like 卖给个人 does not.
_PEOPLE_NAMED = re.compile(
    r"人工|真人|活人|客服|工作人员|值班|专员|办事员|窗口|(?:找|叫|换|让|跟|和|问|来)(?:个|一个|一位|你们的?)?人|有(?:没有)?人(?:吗|在|能|可以|帮)"
    r"|\b(?:person|human|people|agent|officer|operator|staff|someone|somebody|representative|colleague|hotline|call me)\b"
)
_SWITCH_ZH = r"^(?:请|麻烦|你|您|能|能不能|可以|可不可以|可否|我想|我要|帮我|给我|把语言|语言|界面|会|,| )*(?:说|用|讲|换成?|换回|切换?(?:到|成|为|回)?|改成?|改用|转(?:成|为)?)(?:一下)?"
_SWITCH_ZH_END = (
    r"(?:版|界面|模式|服务|回答|回复|交流|沟通|对话|说|讲|跟我|和我|与我|好|可以|行|吧|吗|么|啊|谢谢|,|[?]| )*$"
)
_SWITCH_EN = r"^(?:please |can |could |would |you |we |i |want to |would like to |i'?d like to |let'?s |may |the |conversation |continue |language )*(?:in|to|into|speak|talk|use|switch(?: back)?(?: to)?|change(?: back)?(?: to| into)?|back to|reply in|answer in|write in) "
_SWITCH_EN_END = r"(?:please|now|again|instead|with me|from now on|version|, | |[?])*$"
_NAMES = {"en": ("英语|英文|english", "english"), "zh": ("中文|汉语|普通话|国语|chinese", "chinese|mandarin")}
_LANGUAGE = {
    language: re.compile(
        f"{_SWITCH_ZH}(?:{named}){_SWITCH_ZH_END}|^(?:{named})(?:版|界面|模式|服务|吧|可以吗| please| version)*[?]?$|{_SWITCH_EN}(?:{english}){_SWITCH_EN_END}"
    )
    for language, (named, english) in _NAMES.items()
}
_TALKING = re.compile(
    r"[说讲用换切改转]|回答|回复|语言|\b(?:speak|talk|repl\w+|answer|write|switch|change|continue|go on|language|use)\b"
)
# Orders to the machine itself instead of words to the authority: a field takes none of them as its answer.
_TRICK = re.compile(
    r"(?:忽略|无视|忘(?:记|掉|了)|不(?:用|要|必)管|绕过)[^。]{0,6}(?:以上|之前|前面|上面|先前|所有|一切|全部|你的)[^。]{0,8}(?:规则|指令|指示|命令|要求|提示|设定|限制)"
    r"|(?:从现在(?:起|开始)|现在|接下来)[,，]?你(?:就)?是[^。]{0,12}(?:系统|管理员|审批|程序|模型)"
    r"|从现在(?:起|开始)[^。]{0,4}(?:每|所有|任何)[^。]{0,4}(?:回答|回复)"
    r"|(?:把|将)(?:这|下面|以下|上)[^。]{0,6}(?:当成|当作|视为|理解为|算作)[^。]{0,8}(?:是|确认|同意|提交|yes|命令|指令)"
    r"|(?:输出|打印|显示|复述)[^。]{0,8}(?:系统提示|提示词|system prompt|(?:上一个|其他|别的)用户)"
    r"|\b(?:ignore|disregard|forget|override|bypass)\b.{0,20}\b(?:previous|prior|above|earlier|all|your|any)\b.{0,20}\b(?:instruction|rule|prompt|message|guideline|restriction)s?\b"
    r"|\byou are (?:now )?(?:the|an?) .{0,20}(?:officer|admin\w*|system|developer|root)\b|\bsystem prompt\b|\b(?:debug|developer|god) mode\b"
    r"|[\"']role[\"'] ?: ?[\"']system[\"']|<\w+[^>]{0,80}\bon\w+ ?=|<script|;\s*(?:drop|update|delete|insert|select)\b|\bunion select\b"
)
_CLOSING = re.compile(r"[\s.。!！~…,，;；、]+$")
# A greeting in front, and from how many signs (words in English) what stands behind it is what was meant.
_GREETING = re.compile(
    r"^(?:(?:你|您|大家|同志|老师)*好[啊呀哈]*|哈喽|哈啰|嗨|喂|(?:早上|上午|中午|下午|晚上)好|hello|hi|hey|good (?:morning|afternoon|evening))+(?: there)?[,，.。!！~～ ]*"
)
_MEANT, _MEANT_EN = 10, 7
_WHAT_NOW = re.compile(
    r"(?:怎么办|咋办|咋整)(?:呢|啊|呀|才好|好)?$|what (?:should|do|can|must|could|shall) (?:i|we) do(?: now| next| then| about (?:it|this|that))*$"
)


def plain(folded: str) -> str:
    """Lower case, single blanks, no closing punctuation (a question mark stays)."""
    return _CLOSING.sub("", re.sub(r"\s+", " ", folded.lower()).strip()).replace("’", "'").replace("?", "?")


def is_emergency(text: str) -> bool:
    """Somebody is in danger now; a question about reporting rules is not."""
    if not (_EMERGENCY_ZH.search(text) or _EMERGENCY_EN.search(text)):
        return False
    return not _ABOUT_DANGER.search(text) or bool(_HARM_NOW.search(text))


def may_be_emergency(text: str) -> bool:
    """Words of harm, and not about rules or a dispute: enough to heed a weak suspicion."""
    return bool(_HARM_WORDS.search(text)) and (not _ABOUT_DANGER.search(text) or bool(_HARM_NOW.search(text)))


def is_stop(text: str) -> bool:
    return bool(_STOP.search(text) or _STOP_LATER.search(text))


def is_yes(text: str) -> bool:
    return bool(_YES.search(text))


def is_no(text: str) -> bool:
    return bool((_NO.search(text) and not _NOT_NO.search(text)) or _NO_ANYWHERE.search(text))


def is_question(text: str) -> bool:
    return bool(_QUESTION_ZH.search(text) or _QUESTION_EN.search(text))


def is_why(text: str) -> bool:
    return bool(_WHY.search(text))


def asks_why_of_field(text: str) -> bool:
    return bool(_WHY_FIELD.search(text))


def is_skip(text: str) -> bool:
    return bool(_SKIP.search(text))


def asks_whether_to_skip(text: str) -> bool:
    """Whether what is asked may be left out: no wish to leave it out yet."""
    return bool(_MAY_SKIP.search(text))


def asks_what_is_left(text: str) -> bool:
    """What is still open, or what stands there already: the portal tells both."""
    return len(text) <= 40 and bool(_LEFT.search(text) or _FILLED.search(text))


def corrects(text: str, *, named_wrong_only: bool = False) -> bool:
    """An earlier answer is to be changed; with ``named_wrong_only`` only where it is said to be wrong (in a narrative)."""
    return bool(_WRONG.search(text)) or (not named_wrong_only and bool(_CORRECT.search(text)))


def asks_for_people(text: str) -> bool:
    return bool(_PEOPLE.search(text))


def names_people(text: str) -> bool:
    """Whether those who work here are spoken of."""
    return bool(_PEOPLE_NAMED.search(text))


def is_trick(text: str) -> bool:
    """Whether the message gives orders to the program: to forget its rules, to be somebody else, to run something."""
    return bool(_TRICK.search(text))


def speaks_of_talking(text: str) -> bool:
    """Whether a message speaks of talking or changing: who wants to talk in another language says one of these."""
    return bool(_TALKING.search(text))


def find_language(text: str) -> str | None:
    """The language somebody asks to change to: "zh", "en", or None."""
    return next((language for language, pattern in _LANGUAGE.items() if pattern.search(text)), None)


def goes_on_behind_a_greeting(plain: str) -> bool:
    """Whether so much stands behind a greeting that the greeting is not what was meant."""
    rest = _GREETING.sub("", plain)
    return rest != plain and (len(rest.split()) >= _MEANT_EN if rest.isascii() else len(rest) >= _MEANT)


def asks_what_now(text: str) -> bool:
    """What should I do now?, which asks about what was told and not about what this assistant can do."""
    return bool(_WHAT_NOW.search(_CLOSING.sub("", text).rstrip("?？")))
