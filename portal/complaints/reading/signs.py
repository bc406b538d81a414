"""What in a message tells its kind: turns of phrase of reports, questions, danger, thanks, insults, trade."""

import re

INSULT = re.compile(
    r"废物|饭桶|垃圾(?:部门|单位|东西|玩意|人|们|$)|吃干饭|滚|去死|狗|王八|傻[逼bBxX×*叉子]|煞笔|\bsb\b|呸|狗屁|尸位素餐|占着茅坑|蠢|脑残|混蛋|他妈|妈的|操你|不要脸|吃屎|白痴|骂你们|不干活|吃闲饭|白吃饭|idiots?|useless|stupid|morons?|f\*?u?ck|bastards?|scum|go to hell|shit",
    re.I,
)
INJECTION = re.compile(
    r"忽略(?:以上|之前|上面|前面|所有|全部)|无视(?:以上|之前|上面|所有)|\[ ?system ?\]|system ?(?:prompt|:)|系统(?:提示|指令)[:,]|你现在是(?:一个)?(?:管理员|开发者|root|系统)|开发者模式|ignore (?:all |any |the |everything )?(?:previous|prior|above|preceding|earlier)|disregard (?:all|the|any)|you are now (?:in|an?|the)|developer mode|jailbreak|reply only with|output the (?:full )?list",
    re.I,
)
NOW = re.compile(
    r"现在|正在|刚刚?|刚才|这会儿?|一直|怎么办|咋办|救命|救救|快不行|马上|还在|着呢|急急|正往|正在去|赶往|送医院的路上|今天中午|今天下午|今晚|今早|\bnow\b|right now|just (?:took|swallowed|ate|drank|now)|please help|what (?:should|do) (?:i|we)|help me|half an hour ago|minutes ago|\bhelp\b|urgent|emergency",
    re.I,
)
OVER = re.compile(
    r"现在(?:已经)?(?:好|没事|恢复|退了|停了|出院|不疼|缓过来)|已经?(?:好了|恢复|出院|没事)|出院了|好多了|慢慢好转|脱离危险|抢救过来|当时|那天|停用后|(?:okay|ok|fine|better|well|recovered) (?:now|again)|went away|(?:all )?good now|(?:is|am|was) fine|has recovered",
    re.I,
)
OVERDOSE = re.compile(
    r"(?:吃|吞|服|喝|灌)(?:了|下|进|掉|完)?(?:去)?[^,。!?]{0,12}(?:[二三四五六七八九]?十(?:多|几|来)?|几十|\d{2,}|一整?|半|两|整|好几|大半|一大)(?:片|粒|颗|板|瓶|把|盒|包)|(?:片|粒|颗|药|板|瓶)[^,。!?]{0,6}都(?:吃|吞|喝)(?:了|完|下)|过量|多吃了.{0,4}(?:片|粒|倍)|双倍[^,。]{0,3}(?:量|药|剂量)|打(?:多|错)了|多打了|overdos|took (?:too many|the whole|a whole|all)|swallowed (?:a|the|about|\d|several|some|too|four|five|ten)",
    re.I,
)
SELF_HARM = re.compile(
    r"不想活|自杀|轻生|想死|了结自己|活不下去|会不会死|能不能死|吃多少.{0,6}死|kill (?:myself|himself|herself)|suicid|want to die|end my life",
    re.I,
)
WORSE = re.compile(
    r"拉风箱|呼吸[^,。!?]{0,8}(?:急促|困难|费力|不畅|很快|声音|喘)|喉头水肿|(?:嗓子|喉咙|舌头|气管)[^,。!?]{0,6}(?:哑|堵|肿|紧)|喘得|胸(?:闷|痛|口疼|口痛|口堵)|心跳(?:一百|1[3-9]\d|快得|停|乱)|全身(?:发麻|抽|发紫)|(?:人|眼神)[^,。]{0,4}(?:糊涂|发直|没意识|软)|说(?:话)?不清|走不了路|站不住|看不见|睁不开眼|打寒战|发冷发抖|浑身发抖|抽(?:起来|过去|了)|尿血|便血|not waking|won't wake|can't wake|wheez\w+|chest pain|can't see|cannot see|lips? (?:are |is )?(?:swelling|swollen)|limp|hives all over|heart is racing",
    re.I,
)
POISON = re.compile(
    r"(?:吞|误食|误服|误喝|喝|吃|咽|舔)(?:了|下|进|到)?(?:去)?[^,。!?]{0,8}(?:干燥剂|洗甲水|消毒液|洁厕|农药|百草枯|老鼠药|蟑螂药|电池|酒精|水银|汽油|清洁剂|84|樟脑丸|磁力珠)|(?:swallowed|drank|ate) [^.?!]{0,24}(?:batter|bleach|detergent|poison|cleaner|nail polish|pesticide|mercury|disinfectant|magnet)",
    re.I,
)
CHILD = re.compile(
    r"(?:孩子|宝宝|小孩|娃|儿子|女儿|孙子|孙女|小朋友|外孙)[^。!?]{0,14}(?:误食|误服|误喝|吞|吃|喝|舔)(?:了|下|进)?[^。!?]{0,16}(?:药|片|胶囊|水银|电池|消毒|体温计|液|水)|(?:baby|toddler|child|kid|son|daughter|year[- ]old|grandson|granddaughter)\b.{0,60}\b(?:swallowed|ate|drank|took|licked)",
    re.I,
)
NO_DISPUTE = re.compile(
    r"不(?:是|想|要|打算|准备)?(?:来)?(?:要)?(?:投诉|追究|告|扯皮|维权|索赔|打官司|要赔偿)|没(?:有)?(?:要|想)?(?:告(?!诉|知)|投诉|追究|跟[^,。]{0,6}(?:扯皮|计较|闹))|没(?:有)?(?:要|想)(?:告|怪|找)[^,。]{0,4}|登记一下|登个记|(?:只|就|就是|仅)(?:是)?(?:想|为了)?(?:上报|报备|备案|登记)|报(?:个|一个|一下)[^,。]{0,4}不良|报备一下|上报(?:给|一?下)|(?:来|向你们|跟你们)(?:上报|报告)|监测用|不怪谁|怪不得谁|不赖谁|没想追究|记(?:一笔|录一下|个档)|备个案|(?:来|做个|给你们)备案(?!号)|不找[^,。]{0,4}麻烦|(?:可以|要|想|该|来|帮我?|报告|上报|登记)(?:一下|一个)?(?:上报|报)?(?:药品|化妆品|器械)?不良(?:反应|事件)|不良(?:反应|事件)(?:报告|上报|登记)|(?:要|该|可以|应该)上报|not a complaint|not complaining|no complaint|don'?t want to (?:complain|sue|claim)|(?:be|put) on record|for (?:the|your) records?|report (?:an?|this|my) (?:adverse|side|reaction)|no dispute|nobody(?:'s| is| was)? to blame|not blaming|no claim (?:against|on)|no(?:t| one)? (?:anybody|anyone)(?:'s)? fault|on file|not (?:seeking|asking for|after) (?:money|a refund|compensation|anything)|nothing against|don'?t blame",
    re.I,
)
ASKS = re.compile(
    r"请问|请教|想问|问一?下|问一?声|问问|打听|哪(?:一)?(?:部|条|个)(?:法|规|条例|文件)|问清楚|咨询|了解一下|想了解|想知道|怎么查|如何查|哪里查|哪里(?:能|可以)|管吗|归谁管|是不是真|真的(?:吗|假)|真假|正规吗|合法吗|违法吗|哪一?条|有没有规定|什么规定|规定(?:是|在)|可以吗|行不行|(?:是不是|是否)(?:必须|得|要|应该)|必须[^,。?]{0,8}还是|能不能|可不可以|算不算|是不是(?:可以|能|违法|合法|所有|都|必须)|怎么(?:补办|补|办|申请|报销|领|开|走|写|弄|算)|如何|需要什么|要不要|怎么办理|多久|几天|how (?:can|do|would|should|long)|which (?:office|department|authority|law)|is there (?:a|any)|where (?:can|do|should)|can i\b|do i (?:need|have)|what (?:is|are|does) the|am i allowed|is it (?:legal|allowed)|i(?:'d| would) like to (?:ask|know)|just (?:a question|asking)",
    re.I,
)
ONLY_ASKS = re.compile(
    r"(?:还)?没想好|要不要(?:投诉|举报)|再(?:决定|考虑)|没别的|只是(?:想)?(?:问|了解)|就(?:是)?想问|就想了解|先(?:问|了解)|随便问问|仅咨询|还没(?:跟|找|买)|just (?:asking|a question|want to know)|only (?:asking|want to know)|if i wanted",
    re.I,
)
PROGRESS = re.compile(
    r"(?:交|提交|递|打|写|发|报|投诉|举报)(?:的|过|了)?[^,。!?]{0,6}(?:投诉|举报)(?:材料|信|件)?[^。!?]{0,60}(?:受理|立案|没(?:有)?(?:人|消息|回|给|动静|电话|结果)|多久|进度|办(?:结|完|到)|一个电话|结果)|(?:投诉|举报|反映)[^。!?]{0,30}(?:处理|办|查|进展|走)[^,。!?]{0,4}到哪|(?:投诉|举报)[^。!?]{0,40}(?:准信|什么进展|有结果|有没有进展|有消息)|(?:编号|尾号|尾数|末[三四五]位|回执|受理号)[^。!?]{0,40}(?:受理|立案|多久|进度|结果|没|到哪)|(?:complaint|report) (?:i|we) (?:filed|made|submitted|sent)|status of my|(?:filed|submitted|made) (?:a|my) (?:complaint|report)[^.?!]{0,60}\b(?:no (?:reply|answer)|nobody|how long|heard|accepted)",
    re.I,
)
REPORT = re.compile(
    r"(?<!不)举报|检举|揭发|\breport(?:ing)?\b(?! (?:a|an|my|this) (?:adverse|reaction|side))|whistle-?blow\w*|tip[- ]off|blow the whistle",
    re.I,
)
VIOLATION = re.compile(
    r"没(?:有)?(?:任何)?(?:牌照|执照|资质|许可证?|备案|批号|批准文号|批文|处方|注册证|中文标签|生产日期|标签|厂名)|无(?:证|照|中文标签|处方|批号|备案|资质|牌)|不(?:要|用|看|凭|需要?)处方|(?:全是|都是|只有)(?:日|韩|英|外|泰|德|法|俄|土耳其)(?:文|语)|(?:一个|没有?|连)[^,。]{0,4}中文(?:字|说明)?[^,。]{0,4}(?:都|也)?没|没(?:有)?[^,。]{0,4}(?:厂|号)(?:没|无)|没厂没号|批文|没(?:登记|开票)|(?:根本)?(?:没有|查无|不存在)[^,。]{0,4}(?:这个|该|此)(?:号|批号|编号|证)|查(?:不到|无)|三无|假药|劣药|冒充|掺(?:假|了|杂)|非法|违法|违规|虚假(?:宣传|广告)|夸大|宣称|号称|能治|治好|根治|断根|药师[^,。]{0,6}不在|挂证|租证|未经(?:批准|注册|备案|许可)|与备案不|跟备案|和备案|(?:改|换|贴|撕|涂)(?:了)?[^,。]{0,4}(?:标签|日期|批号)|过期[^,。]{0,10}(?:卖|用|输|给)|超标|改成合格|让(?:我们|我|大家)把|记录[^,。]{0,8}(?:改|补|删)|备案[^,。]{0,16}不(?:同|一致|符)|二次喷码|涂改|造假|伪造|编造|篡改|补的|后补|回收药|偷工减料|混着|走私|水货|回扣|不合格|without (?:any |a )?(?:prescription|licen[cs]e|registration|permit)|unlicen[cs]ed|unregistered|counterfeit|fake|delete the|falsif\w+|forged?|illegal\w*|no (?:licen[cs]e|registration|prescription)|relabel\w*|expired|edited (?:the )?\w+|tamper\w+|cover(?:ed|ing)? up|smuggl\w+|labels? in (?!Chinese)[A-Z]|no (?:Chinese )?(?:label|leaflet|box|receipt)|does not exist",
    re.I,
)
# Somebody who sees it from inside.
INSIDER = re.compile(
    r"我(?:是|在)[^,。]{0,16}(?:工厂|药厂|厂|车间|公司|仓库|药店|药房|医院|质检|质量|品控|生产|采购|销售|店员|员工|同行|业务员|司机)[^,。]{0,6}(?:的|上班|工作|干|做)|(?:前|在职|离职|内部)员工|同行|内部人|知情人|\bI (?:work|worked|am employed|am an? (?:employee|pharmacist|nurse|technician|worker)) (?:in|at|for|as|of)?|former employee|insider|colleagues?",
    re.I,
)
OWN_PURCHASE = re.compile(
    r"(?:我|俺|本人|咱)?[^,。]{0,10}(?:买|购|下单|拍|抢|入手|配|开|办)(?:了|的|到|咗|过)|花(?:了|费|掉)|付(?:了|款)|转(?:了|账)|\bI (?:\w+ )?(?:bought|ordered|paid|got|purchased)|\b(?:bought|ordered|purchased) (?:a|an|the|some|this|my|\w+ )",
    re.I,
)
GRIEVANCE = re.compile(
    r"投诉|维权|退|赔|换|骗|坑|忽悠|上当|说法|不认|不理|拉黑|不管|推(?!荐)|假货|过期|坏|(?<![诊判])断|没(?:有)?(?:效果|用)|refund|complain|money back|broken|refus|ignor|cheat|scam|defect",
    re.I,
)
# The business named beside a danger is blamed for it.
BLAME = re.compile(
    r"投诉|举报|维权|退|赔|换|说法|交代|算账|找(?:他|她|它|店|你们)|告(?:他|她|它|到)|拿错|给错|发错|配错|开错|卖错|过期|假药|骗|坑|黑店|不管|不认|挂(?:了)?(?:我)?电话|推卸|没问|不问|没处方|refund|complain|hung up|blame|sue|wrong (?:medicine|drug|pills?|dose)|expired|fake|their fault",
    re.I,
)
BUSINESS = re.compile(
    r"(?:我们|我|咱们?|本)(?:家)?(?:的)?(?:公司|药房|药店|店里?|厂|企业|单位|诊所|医院|门店|连锁|工厂)[^。!?]{0,60}(?:合同|采购|供应商|供货|进货|进了|装修|加盟|代理|欠款|货款|违约金|工程款|定金|经销|房租|房东|租金|设备款|软件|系统)|(?:加盟费|代理费|合作协议|经销协议|供货合同)|\bmy (?:wholesaler|supplier|distributor|landlord|contractor|franchis\w+)\b|\bI run an? [^.?!]{0,80}(?:wholesaler|supplier|distributor|contract)|\b(?:our|my) (?:company|pharmacy|shop|store|clinic|factory|business)\b.{0,80}\b(?:contract|supplier|invoice|wholesaler|landlord|contractor|franchise|distributor)",
    re.I,
)


LEAD_ONLY = re.compile(
    r"不(?:图|要|求|为)(?:钱|赔|退|什么赔|任何赔|啥赔)|我没(?:有)?买|请?(?:为我|替我|帮我)?保密|别(?:公开|透露|泄露|暴露|说是我|提我)|不要(?:公开|透露|泄露|暴露)|(?:别|不(?:想|要)?)让[^,。]{0,8}(?:知道|晓得)|你们(?:赶紧|快点?|抓紧)?(?:去|来)(?:查|看|管|瞅)|keep (?:my|me)[^.]{0,20}(?:confidential|secret|out of)|don't (?:mention|tell|reveal)|not looking for (?:money|compensation)",
    re.I,
)
PRAISE = re.compile(
    r"点(?:个|一个)?(?:大大的)?赞|表扬|锦旗|感谢信|感谢你们|谢谢(?:你们|[\u4e00-\u9fff]{1,6}(?:同志|局|科|所|老师|警官|大姐|大哥))[^。!?]{0,30}(?:解决|帮|处理|耐心|热心|辛苦)|态度(?:特别|真|很|非常|挺)好|(?:提|有)个?建议|thank you for your (?:help|service)|thanks to (?:your|the) (?:staff|officer)|just (?:want to say )?thank",
    re.I,
)
SETTLED = re.compile(
    r"(?:给|都|已经|三天|很快|圆满|顺利|帮我)[^,。!?]{0,6}(?:解决|办好|退了|处理好)|解决了|办好了|(?:resolved|solved|settled) (?:it|my|the)",
    re.I,
)
# Quarrels of families, work and trade, which no consumer rule reaches.
PRIVATE_QUARREL = re.compile(
    r"离婚|分家|遗产|彩礼|抚养费|赡养费|法院(?:判|已经判)|判决书|强制执行|借(?:了)?(?:我|他|她)[^,。]{0,6}(?:钱|块|万)|欠(?:我|他|她|俺)[^,。]{0,4}(?:钱|款|债)|(?:邻居|亲戚|同学|同事|朋友|室友)[^,。]{0,10}(?:借|欠|打牌|赌)|(?:应聘|招聘|求职|找工作|入职|培训费|中介费|押身份证|兼职)[^。!?]{0,40}(?:交|收|押|骗|费|拉黑)|合伙|入股|股份|分红|加盟费|转让费|divorc\w+|inherit\w+|my ex-?(?:husband|wife)|borrowed money|owes me|job (?:interview|offer|application)|recruit\w+",
    re.I,
)
FOR_TRADE = re.compile(
    r"(?:批发?|进|订|拿|囤|发)(?:了|的)?[^,。!?]{0,8}(?:箱|件|吨|批|货)[^。!?]{0,20}(?:放|拿|摆|在)?[^。!?]{0,6}(?:自己|我们|我家|我的|我)(?:的)?(?:店|超市|药店|药房|网店|铺)[^。!?]{0,6}(?:卖|销)|(?:自己|我们|我家)(?:的)?(?:店|超市|药店|网店|铺子?)(?:里|上)?(?:卖|销|零售)|代理(?:商|权|费)|经销(?:商|权|费)|压货|窜货|卖不动|卖不出去|for resale|to (?:re-?)?sell in (?:my|our)",
    re.I,
)
